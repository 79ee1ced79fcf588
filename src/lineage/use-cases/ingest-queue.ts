import { setImmediate as nextTurn } from "node:timers/promises";
import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import type { ReadableEvent } from "../events/read-event";
import { addIngest, type IngestCount } from "../storage/ingest-store";
import { type Failure, recordEventGroup, type Verdict } from "./record-event-group";

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

/**
 * Group commit: the events that arrive while a transaction is under way are written together in the next one, and are answered when it has
 * been committed. The tokens take turns, event by event, so that none has to wait for all of another's.
 */
export class IngestQueue {
  private readonly lanes = new Map<string, Lane>();
  private readonly refused = new Map<string, IngestCount>();
  private readonly process: string;
  private running = false;

  constructor(private readonly deps: Deps) {
    this.process = deps.ids.uuid();
  }

  /** Has an event of `bytes` written; never throws. */
  record(read: ReadableEvent, sender: Sender, bytes: number): Promise<Verdict> {
    return new Promise((settle) => {
      let lane = this.lanes.get(sender.token);
      if (lane === undefined) this.lanes.set(sender.token, (lane = { waiting: [], next: 0 }));
      lane.waiting.push({ ...read, sender, bytes, settle });
      this.wake();
    });
  }

  /** Counts events that were refused before they came here, in the audit entry of the minute. */
  countRefused({ token, principal }: Sender, events: number): void {
    const before = this.refused.get(token)?.failed ?? 0;
    this.refused.set(token, { token, principal, successful: 0, failed: before + events });
    this.wake();
  }

  private wake(): void {
    if (this.running) return;
    this.running = true;
    void this.run();
  }

  private async run(): Promise<void> {
    while (this.lanes.size > 0 || this.refused.size > 0) {
      // What has arrived on other connections in this same turn comes along.
      await nextTurn();
      const group = this.take();
      const verdicts = group.length === 0 ? [] : await recordEventGroup(this.deps, group, (tx, taken) => this.count(tx, taken));
      for (const [index, { settle, sender }] of group.entries()) {
        const verdict = verdicts[index] as Verdict;
        if (!verdict.ok) this.countFailure(sender, verdict);
        settle(verdict);
      }
      await this.writeRefused();
    }
    this.running = false;
  }

  /** The next group: of each token in turn its first, until there are enough. A token that was served goes to the end. */
  private take(): Waiting[] {
    const group: Waiting[] = [];
    let bytes = 0;
    while (this.lanes.size > 0 && group.length < MOST_EVENTS && bytes < MOST_BYTES) {
      const [[token, lane]] = this.lanes as unknown as [[string, Lane]];
      const item = lane.waiting[lane.next++] as Waiting;
      group.push(item);
      bytes += item.bytes;
      this.lanes.delete(token);
      if (lane.next < lane.waiting.length) this.lanes.set(token, lane);
    }
    return group;
  }

  /** The counts of a group, and of what was refused since the last one: they are durable with it. */
  private async count(tx: Tx, taken: readonly Waiting[]): Promise<void> {
    const counts = new Map<string, IngestCount>();
    for (const { sender } of taken) {
      const successful = (counts.get(sender.token)?.successful ?? 0) + 1;
      counts.set(sender.token, { ...sender, successful, failed: 0 });
    }
    await addIngest(tx, this.process, [...counts.values()]);
  }

  private countFailure(sender: Sender, { retriable }: Failure): void {
    // Sent again it is counted then; and where nothing can be written, nothing can be counted.
    if (retriable) return;
    const before = this.refused.get(sender.token)?.failed ?? 0;
    this.refused.set(sender.token, { ...sender, successful: 0, failed: before + 1 });
  }

  private async writeRefused(): Promise<void> {
    if (this.refused.size === 0) return;
    const counts = [...this.refused.values()];
    this.refused.clear();
    await this.deps.transaction((tx) => addIngest(tx, this.process, counts)).catch((error: unknown) => {
      this.deps.log.error({ err: error, events: counts.length }, "refused lineage events could not be counted");
    });
  }
}
