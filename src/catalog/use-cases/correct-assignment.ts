import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { badInput } from "../../platform/errors";
import { type OwnershipAssignment, type OwnershipRole, sameClaim } from "../ownership-model";
import { serviceKeyOf } from "../public-ids";
import { recordAssignments } from "../storage/ownership-store";
import { check, keyFault, refusalOf } from "../text-model";
import { lockAssignment, requireNoRival, requireService } from "./locked-register";
import { refreshFindings } from "./refresh-findings";

/** Omitted (undefined) members stay; null takes an end away. */
export interface CorrectAssignment {
  readonly actor: string;
  readonly id: string;
  /** `service:<key>` or the bare key. */
  readonly service?: string | null;
  readonly role?: OwnershipRole | null;
  readonly validFrom?: Date | null;
  readonly validTo?: Date | null;
}

/**
 * Records what an assignment was in truth; it keeps its id, and what was known before stays readable (`knownAt`).
 * Ending it as it begins says that it never held. Refuses (NOT_FOUND) an unknown id or service, (BAD_USER_INPUT) an end before the
 * beginning, (CONFLICT) a second system of record or the same role twice, naming the service that has it. A no-op where nothing differs.
 * Writes: ownership_assignments, findings, one audit entry.
 */
export async function correctAssignment(deps: Deps, { actor, id, service, role, validFrom, validTo }: CorrectAssignment): Promise<OwnershipAssignment> {
  const serviceKey = service ? serviceKeyOf(service) : undefined;
  const faults = check(["service"], serviceKey, keyFault);
  if (faults.length > 0) throw refusalOf(faults);
  return deps.transaction(async (tx) => {
    const { assignment, register } = await lockAssignment(tx, id);
    const corrected: OwnershipAssignment = {
      ...assignment,
      serviceKey: serviceKey ?? assignment.serviceKey,
      role: role ?? assignment.role,
      validFrom: validFrom ?? assignment.validFrom,
      validTo: validTo === undefined ? assignment.validTo : validTo,
      recordedAt: register.recordedAt,
    };
    if (corrected.validTo !== null && corrected.validTo < corrected.validFrom) throw badInput("validTo: must not be earlier than validFrom");
    if (sameClaim(assignment, corrected)) return assignment;
    if (corrected.serviceKey !== assignment.serviceKey) await requireService(tx, corrected.serviceKey);
    requireNoRival(corrected, register);
    await recordAssignments(tx, [corrected]);
    await refreshFindings(tx, { entityKeys: [corrected.entityKey] });
    await appendAuditEntry(tx, { action: "catalog.correct-assignment", actor, object: id });
    return corrected;
  });
}
