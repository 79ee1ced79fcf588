import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { badInput, preconditionFailed } from "../../platform/errors";
import { entityId, entityKeyOf, serviceId, serviceKeyOf } from "../public-ids";
import { insertTransfer } from "../storage/transfer-store";
import { check, keyFault, refusalOf } from "../text-model";
import { effectiveFrom, liesInThePast, type OwnershipTransfer, systemOfRecordAt } from "../transfer-model";
import { lockRegister, requireInUse, requireService } from "./locked-register";

export interface ProposeOwnershipTransfer {
  readonly actor: string;
  /** `entity:<key>` or the bare key; so the service. */
  readonly entity: string;
  /** The service that is to be the system of record. */
  readonly to: string;
  /** When the transfer is accepted, unless given. */
  readonly effectiveAt?: Date | null;
}

/**
 * Proposes that another service becomes an entity's system of record, from `effectiveAt` on. Nothing changes hands before another
 * principal accepts. Several proposals for one entity may stand side by side.
 * Refuses (BAD_USER_INPUT) an instant in the past, (NOT_FOUND) an unknown or retired entity or service, (PRECONDITION_FAILED) an entity
 * without a system of record at that instant, or whose system of record the service is already.
 * Writes: ownership_transfers (PROPOSED), one audit entry.
 */
export async function proposeOwnershipTransfer(deps: Deps, { actor, entity, to, effectiveAt }: ProposeOwnershipTransfer): Promise<OwnershipTransfer> {
  const entityKey = entityKeyOf(entity);
  const toServiceKey = serviceKeyOf(to);
  const faults = [...check(["entity"], entityKey, keyFault), ...check(["to"], toServiceKey, keyFault)];
  if (faults.length > 0) throw refusalOf(faults);
  return deps.transaction(async (tx) => {
    const register = await lockRegister(tx, entityKey);
    requireInUse(entityKey, register);
    await requireService(tx, toServiceKey);
    if (effectiveAt && liesInThePast(effectiveAt, register.now)) {
      throw badInput("effectiveAt: lies in the past; what was so in truth is recorded with correctAssignment");
    }
    const from = effectiveFrom(effectiveAt, register.recordedAt);
    const owner = systemOfRecordAt(register.current, from);
    if (owner === undefined) {
      const gap = `${entityId(entityKey)}: has no system of record at ${from.toISOString()} that could hand it over; name one with assignOwnership`;
      throw preconditionFailed(gap, entityId(entityKey));
    }
    if (owner.serviceKey === toServiceKey) {
      throw preconditionFailed(`to: ${serviceId(toServiceKey)} is the system of record at that instant already`, entityId(entityKey));
    }

    const transfer: OwnershipTransfer = {
      id: tx.ids.uuid(),
      entityKey,
      fromServiceKey: owner.serviceKey,
      toServiceKey,
      assignmentId: owner.id,
      assignmentValidFrom: owner.validFrom,
      assignmentValidTo: owner.validTo,
      effectiveAt: from,
      state: "PROPOSED",
      proposedBy: actor,
      proposedAt: register.now,
      decidedBy: null,
      decidedAt: null,
      reason: null,
    };
    await insertTransfer(tx, transfer);
    await appendAuditEntry(tx, { action: "catalog.propose-ownership-transfer", actor, object: transfer.id });
    return transfer;
  });
}
