import { setTimeout as pause } from "node:timers/promises";

export interface Watch<State> {
  /** The object as it is now. */
  readonly look: () => Promise<State>;
  /** Differs between two states that a watcher wants to tell apart. */
  readonly versionOf: (state: State) => string;
  readonly everyMs: number;
  /** After such a state nothing more can come. */
  readonly isFinal?: (state: State) => boolean;
}

/**
 * The source of a subscription: the object's state now, and again each time it has changed. Looks, rather than being told,
 * because changes come from any process. Lets go at once on `return` (the client has left, or the server stops).
 */
export function watchChanges<State>({ look, versionOf, everyMs, isFinal = () => false }: Watch<State>): AsyncIterableIterator<State> {
  const left = new AbortController();
  let seen: string | undefined;
  let wait = false;
  return {
    async next() {
      while (!left.signal.aborted) {
        if (wait) await pause(everyMs, undefined, { signal: left.signal }).catch(() => undefined);
        if (left.signal.aborted) break;
        const state = await look();
        const version = versionOf(state);
        wait = true;
        if (version === seen) continue;
        seen = version;
        if (isFinal(state)) left.abort();
        return { done: false, value: state };
      }
      return { done: true, value: undefined };
    },
    async return() {
      left.abort();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
