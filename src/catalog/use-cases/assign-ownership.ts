import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { type Claim, covers, type OwnershipAssignment, type OwnershipRole, sameHolder, validityFaults } from "../ownership-model";
import { entityKeyOf, serviceKeyOf } from "../public-ids";
import { recordAssignments } from "../storage/ownership-store";
import { check, keyFault, refusalOf } from "../text-model";
import { lockRegister, requireInUse, requireNoRival, requireService } from "./locked-register";
import { refreshFindings } from "./refresh-findings";

export interface AssignOwnership {
  readonly actor: string;
  /** `entity:<key>` or the bare key; so the service. */
  readonly entity: string;
  readonly service: string;
  readonly role: OwnershipRole;
  /** Now unless given. */
  readonly validFrom?: Date | null;
  /** Open unless given. */
  readonly validTo?: Date | null;
}

/**
 * Says what a service is to an entity during [validFrom, validTo).
 * Refuses (BAD_USER_INPUT) an interval that ends before it begins, (NOT_FOUND) an unknown or retired entity or service, (CONFLICT) a second
 * system of record or the same role twice at any instant, naming the service that has it. A no-op, answering what stands, where the
 * service has the role during all of that interval. Writes: ownership_assignments, findings, one audit entry.
 */
export async function assignOwnership(deps: Deps, { actor, entity, service, role, validFrom, validTo = null }: AssignOwnership): Promise<OwnershipAssignment> {
  const entityKey = entityKeyOf(entity);
  const serviceKey = serviceKeyOf(service);
  const faults = [...check(["entity"], entityKey, keyFault), ...check(["service"], serviceKey, keyFault)];
  if (faults.length > 0) throw refusalOf(faults);
  return deps.transaction(async (tx) => {
    const register = await lockRegister(tx, entityKey);
    requireInUse(entityKey, register);
    await requireService(tx, serviceKey);

    const claim: Claim = { entityKey, serviceKey, role, validFrom: validFrom ?? register.now, validTo };
    const badInterval = validityFaults(claim);
    if (badInterval.length > 0) throw refusalOf(badInterval);
    const standing = register.current.find((assignment) => sameHolder(assignment, claim) && covers(assignment, claim));
    if (standing !== undefined) return standing;
    requireNoRival(claim, register);

    const assignment = { ...claim, id: tx.ids.uuid(), recordedAt: register.recordedAt };
    await recordAssignments(tx, [assignment]);
    await refreshFindings(tx, { entityKeys: [entityKey] });
    await appendAuditEntry(tx, { action: "catalog.assign-ownership", actor, object: assignment.id });
    return assignment;
  });
}
