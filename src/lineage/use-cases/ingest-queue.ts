import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { GroupCommit } from "../../platform/group-commit";
import type { ReadableEvent } from "../events/read-event";
import { addIngest, type IngestCount } from "../storage/ingest-store";
import { recordEventGroup, type Verdict } from "./record-event-group";

/** Whose events they are. */
export interface Sender {
  /** Names the token in counts and in the audit log. */
  readonly token: string;
  readonly principal: string;
}

interface Sent extends ReadableEvent {
  readonly sender: Sender;
}

const LIMITS = { items: 500, bytes: 8 * 1024 * 1024 };

/** Writes events in groups, with the counts of who sent them. The tokens take turns, event by event. */
export class IngestQueue {
  private readonly groups: GroupCommit<Sent, Verdict>;
  private readonly refused = new Map<string, IngestCount>();
  private readonly process: string;

  constructor(private readonly deps: Deps) {
    this.process = deps.ids.uuid();
    this.groups = new GroupCommit(LIMITS, (sent) => this.write(sent));
  }

  /** Has an event of `bytes` written; never throws. */
  record(read: ReadableEvent, sender: Sender, bytes: number): Promise<Verdict> {
    return this.groups.add({ ...read, sender }, sender.token, bytes);
  }

  /** Counts events that were refused before they came here, in the audit entry of the minute in which something is next written. */
  countRefused({ token, principal }: Sender, events: number): void {
    this.refused.set(token, { token, principal, successful: 0, failed: (this.refused.get(token)?.failed ?? 0) + events });
  }

  private async write(sent: readonly Sent[]): Promise<Verdict[]> {
    const verdicts = await recordEventGroup(this.deps, sent, (tx, taken) => this.count(tx, taken));
    for (const [index, verdict] of verdicts.entries()) {
      // Sent again it is counted then.
      if (!verdict.ok && !verdict.retriable) this.countRefused((sent[index] as Sent).sender, 1);
    }
    return verdicts;
  }

  /** The counts of a group, and of what was refused since the last one. */
  private async count(tx: Tx, taken: readonly Sent[]): Promise<void> {
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
