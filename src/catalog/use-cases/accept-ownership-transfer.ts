import type { Deps } from "../../platform/deps";
import { conflict, forbidden } from "../../platform/errors";
import { claimText } from "../ownership-model";
import { entityId } from "../public-ids";
import { recordAssignments } from "../storage/ownership-store";
import { effectiveFrom, handOver, isAsProposed, type OwnershipTransfer, systemOfRecordAt } from "../transfer-model";
import { requireInUse, requireService } from "./locked-register";
import { type DecideTransfer, isRepetition, lockTransfer, recordDecision } from "./locked-transfer";
import { refreshFindings } from "./refresh-findings";

/**
 * Accepts a transfer: the former system of record ends at the effective instant and the new one begins there, and lasts as long as the
 * former would have. An instant that has passed counts as now. What is owed at the entity stays with it. Accepting twice changes nothing.
 * Refuses: NOT_FOUND (transfer; retired entity or service); FORBIDDEN (who proposed does not accept; principals are compared, not
 * tokens); PRECONDITION_FAILED (declined, withdrawn, or accepted by another); CONFLICT (ownership has changed since the proposal).
 * Writes: ownership_assignments, ownership_transfers (ACCEPTED), findings, one audit entry.
 */
export async function acceptOwnershipTransfer(deps: Deps, command: DecideTransfer): Promise<OwnershipTransfer> {
  return deps.transaction(async (tx) => {
    const { transfer, register } = await lockTransfer(tx, command.id);
    if (transfer.proposedBy === command.actor) throw forbidden("id: another principal than the one who proposed it has to accept", transfer.id);
    if (isRepetition(transfer, "ACCEPTED", command.actor)) return transfer;
    requireInUse(transfer.entityKey, register);
    await requireService(tx, transfer.toServiceKey);

    const effectiveAt = effectiveFrom(transfer.effectiveAt, register.recordedAt);
    const owner = systemOfRecordAt(register.current, effectiveAt);
    if (owner === undefined || !isAsProposed(transfer, owner)) {
      const now = owner === undefined ? `${entityId(transfer.entityKey)} has no system of record at ${effectiveAt.toISOString()}` : claimText(owner);
      throw conflict(`id: ownership has changed since this was proposed (${now}); withdraw it and propose anew`, transfer.id);
    }
    await recordAssignments(tx, handOver(owner, { id: tx.ids.uuid(), serviceKey: transfer.toServiceKey }, effectiveAt, register.recordedAt));
    await refreshFindings(tx, { entityKeys: [transfer.entityKey] });
    return recordDecision(tx, { ...transfer, effectiveAt }, "ACCEPTED", command, register.now);
  });
}
