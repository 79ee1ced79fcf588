import { appendAuditEntry } from "../../audit";
import type { Tx } from "../../platform/database/sql";
import { sealForSubject } from "../../subjects";
import { type ErasureDecision, insertDecision } from "../storage/decision-store";
import type { ErasureRequest } from "../storage/erasure-queries";

const ACTIONS = {
  REJECT: "erasure.reject-erasure-request",
  CANCEL: "erasure.cancel-erasure-request",
  EXTEND: "erasure.extend-erasure-deadline",
} as const satisfies Record<ErasureDecision["decision"], string>;

/** Why somebody decided something about a request: a code, and a note that only the key of the person opens. */
export interface Reason {
  readonly actor: string;
  readonly code: string;
  readonly note?: string | null;
}

/** Keeps the reason of a decision that changed something, its note sealed; writes the audit entry. */
export async function recordDecision(tx: Tx, decision: ErasureDecision["decision"], request: ErasureRequest, { actor, code, note }: Reason): Promise<void> {
  const id = tx.ids.uuid();
  const sealed = note ? await sealForSubject(tx, request.pid, { table: "erasure_decisions", column: "note", row: id }, note) : null;
  await insertDecision(tx, { id, requestId: request.id, decision, code, note: sealed });
  await appendAuditEntry(tx, { action: ACTIONS[decision], actor, object: request.id, subjects: [request.pid] });
}
