import { appendAuditEntry } from "../../audit";
import type { Tx } from "../../platform/database/sql";
import { notFound, preconditionFailed } from "../../platform/errors";
import { isUuid } from "../../platform/ids";
import { findTransfers } from "../storage/transfer-queries";
import { updateDecision } from "../storage/transfer-store";
import { check, nameFault, refusalOf } from "../text-model";
import type { OwnershipTransfer, TransferDecision } from "../transfer-model";
import { type LockedRegister, lockRegister } from "./locked-register";

export interface DecideTransfer {
  readonly actor: string;
  readonly id: string;
  readonly reason?: string | null;
}

/** A transfer, its entity's part of the register locked: all who decide about that entity line up. Refuses (NOT_FOUND) an id of none. */
export async function lockTransfer(tx: Tx, id: string): Promise<{ transfer: OwnershipTransfer; register: LockedRegister }> {
  const found = isUuid(id) ? (await findTransfers(tx, [id])).get(id) : undefined;
  if (found === undefined) throw notFound("id: no such transfer");
  const register = await lockRegister(tx, found.entityKey);
  // Somebody may have decided while this one waited for the lock.
  return { transfer: (await findTransfers(tx, [id])).get(id)!, register };
}

/** Whether this principal has decided so already. Refuses (PRECONDITION_FAILED) a transfer on which something else was decided. */
export function isRepetition(transfer: OwnershipTransfer, decision: TransferDecision, actor: string): boolean {
  if (transfer.state === "PROPOSED") return false;
  if (transfer.state === decision && transfer.decidedBy === actor) return true;
  throw preconditionFailed(`id: this transfer is ${transfer.state} already; propose another one`, transfer.id);
}

/** Writes: the transfer with its decision, one audit entry. Refuses (BAD_USER_INPUT) a reason that is blank or not what it looks like. */
export async function recordDecision(
  tx: Tx,
  transfer: OwnershipTransfer,
  state: TransferDecision,
  { actor, reason = null }: DecideTransfer,
  decidedAt: Date,
): Promise<OwnershipTransfer> {
  const faults = check(["reason"], reason, nameFault);
  if (faults.length > 0) throw refusalOf(faults);
  const decided: OwnershipTransfer = { ...transfer, state, decidedBy: actor, decidedAt, reason };
  await updateDecision(tx, decided);
  await appendAuditEntry(tx, { action: ACTIONS[state], actor, object: transfer.id });
  return decided;
}

const ACTIONS: Record<TransferDecision, string> = {
  ACCEPTED: "catalog.accept-ownership-transfer",
  DECLINED: "catalog.decline-ownership-transfer",
  WITHDRAWN: "catalog.withdraw-ownership-transfer",
};
