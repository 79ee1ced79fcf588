import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { badInput, preconditionFailed } from "../../platform/errors";
import { endingNow, type OwnershipAssignment } from "../ownership-model";
import { recordAssignments } from "../storage/ownership-store";
import { lockAssignment } from "./locked-register";
import { refreshFindings } from "./refresh-findings";

export interface EndOwnership {
  readonly actor: string;
  readonly id: string;
  /** Now unless given. */
  readonly validTo?: Date | null;
}

/**
 * Ends an assignment, now or at another instant; it keeps its id. One that has not begun yet ends as it begins: it never holds.
 * Refuses (NOT_FOUND) an unknown id, (BAD_USER_INPUT) an end before the beginning, (PRECONDITION_FAILED) a later end than the one it has:
 * that is a correction. A no-op where it has ended by then. Writes: ownership_assignments, findings, one audit entry.
 */
export async function endOwnership(deps: Deps, { actor, id, validTo }: EndOwnership): Promise<OwnershipAssignment> {
  return deps.transaction(async (tx) => {
    const { assignment, register } = await lockAssignment(tx, id);
    const end = validTo ?? endingNow(assignment, register.now);
    if (end < assignment.validFrom) throw badInput("validTo: must not be earlier than the assignment's validFrom");
    if (assignment.validTo !== null && assignment.validTo <= end) {
      if (!validTo || assignment.validTo.getTime() === end.getTime()) return assignment;
      throw preconditionFailed("validTo: the assignment ends earlier already; to move its end, correct it (correctAssignment)", id);
    }
    const ended = { ...assignment, validTo: end, recordedAt: register.recordedAt };
    await recordAssignments(tx, [ended]);
    await refreshFindings(tx, { entityKeys: [ended.entityKey] });
    await appendAuditEntry(tx, { action: "catalog.end-ownership", actor, object: id });
    return ended;
  });
}
