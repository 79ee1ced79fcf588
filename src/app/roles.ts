import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";

/** Something that works in the background from `start` until `stop`, which waits for what is in hand. */
export interface Worker {
  readonly name: string;
  start(): void;
  stop(): Promise<void>;
}

/** Work that comes in portions. */
export interface Unit {
  readonly name: string;
  /** Does one portion; answers how much it did, nothing (0, false) where there was nothing to do. */
  runOnce(): Promise<number | boolean>;
}

interface Surroundings {
  readonly log: Logger;
  readonly count: (unit: string, outcome: "ok" | "failed") => void;
}

/** Runs a unit again and again: at once while there is work, else after a pause. Its errors are logged and counted; they never end it. */
export function repeating({ name, runOnce }: Unit, pauseMs: number, { log, count }: Surroundings): Worker {
  const stopping = new AbortController();
  const portion = async (): Promise<boolean> => {
    try {
      const done = await runOnce();
      count(name, "ok");
      return Boolean(done);
    } catch (error) {
      count(name, "failed");
      log.error({ err: error, unit: name }, "a background unit failed; it goes on after a pause");
      return false;
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (!(await portion())) await pause(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  let running = Promise.resolve();
  return {
    name,
    start: () => void (running = loop()),
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}
