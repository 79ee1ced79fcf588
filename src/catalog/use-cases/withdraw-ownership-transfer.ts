import type { Deps } from "../../platform/deps";
import { forbidden } from "../../platform/errors";
import type { OwnershipTransfer } from "../transfer-model";
import { type DecideTransfer, isRepetition, lockTransfer, recordDecision } from "./locked-transfer";

/**
 * Takes a proposed transfer back. Withdrawing twice changes nothing.
 * Refuses: NOT_FOUND; FORBIDDEN (only who proposed it withdraws it); PRECONDITION_FAILED (decided by another already).
 * Writes: ownership_transfers (WITHDRAWN), one audit entry.
 */
export async function withdrawOwnershipTransfer(deps: Deps, command: DecideTransfer): Promise<OwnershipTransfer> {
  return deps.transaction(async (tx) => {
    const { transfer, register } = await lockTransfer(tx, command.id);
    if (transfer.proposedBy !== command.actor) throw forbidden("id: only who proposed a transfer withdraws it: decline it (declineOwnershipTransfer)", transfer.id);
    if (isRepetition(transfer, "WITHDRAWN", command.actor)) return transfer;
    return recordDecision(tx, transfer, "WITHDRAWN", command, register.now);
  });
}
