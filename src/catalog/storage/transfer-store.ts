import type { Tx } from "../../platform/database/sql";
import type { OwnershipTransfer } from "../transfer-model";

/** Writes ownership_transfers: a new proposal. */
export async function insertTransfer(tx: Tx, transfer: OwnershipTransfer): Promise<void> {
  await tx.execute(
    "insertTransfer",
    `insert into ownership_transfers (id, entity_key, from_service_key, to_service_key, assignment_id, assignment_valid_from, assignment_valid_to,
       effective_at, state, proposed_by, proposed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      transfer.id, transfer.entityKey, transfer.fromServiceKey, transfer.toServiceKey, transfer.assignmentId, transfer.assignmentValidFrom,
      transfer.assignmentValidTo, transfer.effectiveAt, transfer.state, transfer.proposedBy, transfer.proposedAt,
    ],
  );
}

/** Writes ownership_transfers: how a proposal was decided. Its entity must be locked. */
export async function updateDecision(tx: Tx, { id, state, effectiveAt, decidedBy, decidedAt, reason }: OwnershipTransfer): Promise<void> {
  await tx.execute(
    "updateTransferDecision",
    `update ownership_transfers set state = $2, effective_at = $3, decided_by = $4, decided_at = $5, reason = $6
     where id = $1 and state = 'PROPOSED'`,
    [id, state, effectiveAt, decidedBy, decidedAt, reason],
  );
}
