import type { Tx } from "../../platform/database/sql";

export interface ErasureDecision {
  readonly id: string;
  readonly requestId: string;
  readonly decision: "REJECT" | "CANCEL" | "EXTEND";
  readonly code: string;
  /** Sealed. */
  readonly note: string | null;
}

export async function insertDecision(tx: Tx, { id, requestId, decision, code, note }: ErasureDecision): Promise<void> {
  await tx.execute(
    "insertErasureDecision",
    "insert into erasure_decisions (id, request_id, decision, code, note, decided_at) values ($1, $2, $3, $4, $5, $6)",
    [id, requestId, decision, code, note, tx.now],
  );
}
