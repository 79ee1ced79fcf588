import type { Deps } from "../../platform/deps";
import { forbidden } from "../../platform/errors";
import type { OwnershipTransfer } from "../transfer-model";
import { type DecideTransfer, isRepetition, lockTransfer, recordDecision } from "./locked-transfer";

/**
 * Declines a transfer: ownership stays as it is. Declining twice changes nothing.
 * Refuses: NOT_FOUND; FORBIDDEN (who proposed it withdraws it); PRECONDITION_FAILED (decided otherwise, or by another).
 * Writes: ownership_transfers (DECLINED), one audit entry.
 */
export async function declineOwnershipTransfer(deps: Deps, command: DecideTransfer): Promise<OwnershipTransfer> {
  return deps.transaction(async (tx) => {
    const { transfer, register } = await lockTransfer(tx, command.id);
    if (transfer.proposedBy === command.actor) throw forbidden("id: who proposed a transfer does not decline it: withdraw it (withdrawOwnershipTransfer)", transfer.id);
    if (isRepetition(transfer, "DECLINED", command.actor)) return transfer;
    return recordDecision(tx, transfer, "DECLINED", command, register.now);
  });
}
