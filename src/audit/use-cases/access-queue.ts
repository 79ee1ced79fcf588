import type { Deps } from "../../platform/deps";
import { GroupCommit } from "../../platform/group-commit";
import type { ReportedAccess } from "../access-model";
import { type AccessVerdict, recordAccessEvents } from "./record-access";

/** The most that is written together: who waits for a place in the log meanwhile waits for tens of milliseconds. */
const LIMITS = { items: 1000, bytes: 4 * 1024 * 1024 };

/** Has accesses recorded in groups, one transaction at a time. The senders take turns, event by event. */
export class AccessQueue {
  private readonly groups: GroupCommit<ReportedAccess, AccessVerdict | "failed">;

  constructor(private readonly deps: Deps) {
    this.groups = new GroupCommit(LIMITS, (reported) => this.write(reported));
  }

  /** Has an access of `bytes` recorded; answers when that is durable. `failed`: for no fault of the event, which may be sent again. Never throws. */
  record(access: ReportedAccess, sender: string, bytes: number): Promise<AccessVerdict | "failed"> {
    return this.groups.add(access, sender, bytes);
  }

  private async write(reported: readonly ReportedAccess[]): Promise<(AccessVerdict | "failed")[]> {
    try {
      return await recordAccessEvents(this.deps, reported);
    } catch (error) {
      this.deps.log.error({ err: error, events: reported.length }, "access events could not be written");
      return reported.map(() => "failed");
    }
  }
}
