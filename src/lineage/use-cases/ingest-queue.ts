import { setImmediate as nextTurn } from "node:timers/promises";
import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import type { ReadableEvent } from "../events/read-event";
import { addIngest, type IngestCount } from "../storage/ingest-store";
import { recordEventGroup, type Verdict } from "./record-event-group";

/** Whose events they are. */
export interface Sender {
  /** Names the token in counts and in the audit log. */
  readonly token: string;
  readonly principal: string;
}

interface Waiting extends ReadableEvent {
  readonly sender: Sender;
  readonly bytes: number;
  readonly settle: (verdict: Verdict) => void;
}

interface Lane {
  readonly waiting: Waiting[];
  next: number;
}

const MOST_EVENTS = 500;
const MOST_BYTES = 8 * 1024 * 1024;
/** A group costs milliseconds whatever its size: those who were just answered are worth waiting for as long. */
const GATHER_MS = 2;

/**
 * Group commit: the events that arrive while a transaction is under way are written together in the next one, and are answered when it has
 * been committed. The tokens take turns, event by event, so that none has to wait for all of another's.
 */
export class IngestQueue {
  private readonly lanes = new Map<string, Lane>();
  private readonly refused = new Map<string, IngestCount>();
  private readonly process: string;
  private running = false;
  private waiting = 0;
  /** How many may be on their way: as many as were under way when the last group ended. */
  private expected = 0;
  /** Ends the gathering that is under way. */
  private gathered = (): void => undefined;

  constructor(private readonly deps: Deps) {
    this.process = deps.ids.uuid();
  }

  /** Has an event of `bytes` written; never throws. */
  record(read: ReadableEvent, sender: Sender, bytes: number): Promise<Verdict> {
    return new Promise((settle) => {
      let lane = this.lanes.get(sender.token);
      if (lane === undefined) this.lanes.set(sender.token, (lane = { waiting: [], next: 0 }));
      lane.waiting.push({ ...read, sender, bytes, settle });
      this.waiting += 1;
      if (this.waiting >= this.expected) this.gathered();
      this.wake();
    });
  }

  /** Counts events that were refused before they came here, in the audit entry of the minute in which something is next written. */
  countRefused({ token, principal }: Sender, events: number): void {
    this.refused.set(token, { token, principal, successful: 0, failed: (this.refused.get(token)?.failed ?? 0) + events });
  }

  private wake(): void {
    if (this.running) return;
    this.running = true;
    void this.run();
  }

  private async run(): Promise<void> {
    while (this.lanes.size > 0) {
      await this.gather();
      const group = this.take();
      const verdicts = await recordEventGroup(this.deps, group, (tx, taken) => this.count(tx, taken));
      for (const [index, { settle, sender }] of group.entries()) {
        const verdict = verdicts[index] as Verdict;
        // Sent again it is counted then.
        if (!verdict.ok && !verdict.retriable) this.countRefused(sender, 1);
        settle(verdict);
      }
      this.expected = Math.min(group.length + this.waiting, MOST_EVENTS);
    }
    this.running = false;
  }

  /** Lets those arrive who were answered a moment ago and send again. */
  private async gather(): Promise<void> {
    await nextTurn();
    if (this.waiting >= this.expected) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.gathered = resolve;
      timer = setTimeout(resolve, GATHER_MS);
    });
    clearTimeout(timer);
  }

  /** The next group: of each token in turn its first, until there are enough. A token that was served goes to the end. */
  private take(): Waiting[] {
    const group: Waiting[] = [];
    let bytes = 0;
    while (this.lanes.size > 0 && group.length < MOST_EVENTS && bytes < MOST_BYTES) {
      this.waiting -= 1;
      const [[token, lane]] = this.lanes as unknown as [[string, Lane]];
      const item = lane.waiting[lane.next++] as Waiting;
      group.push(item);
      bytes += item.bytes;
      this.lanes.delete(token);
      if (lane.next < lane.waiting.length) this.lanes.set(token, lane);
    }
    return group;
  }

  /** The counts of a group, and of what was refused since the last one. */
  private async count(tx: Tx, taken: readonly Waiting[]): Promise<void> {
    const refused = [...this.refused.values()];
    const counts = new Map(this.refused);
    for (const { sender } of taken) {
      const { successful, failed } = counts.get(sender.token) ?? { successful: 0, failed: 0 };
      counts.set(sender.token, { ...sender, successful: successful + 1, failed });
    }
    await addIngest(tx, this.process, [...counts.values()]);
    tx.afterCommit(() => {
      for (const count of refused) this.forgetRefused(count);
    });
  }

  private forgetRefused({ token, failed }: IngestCount): void {
    const known = this.refused.get(token);
    if (known === undefined || known.failed <= failed) this.refused.delete(token);
    else this.refused.set(token, { ...known, failed: known.failed - failed });
  }
}
