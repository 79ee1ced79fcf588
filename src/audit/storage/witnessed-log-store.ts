import type { Tx } from "../../platform/database/sql";
import type { Witnessed } from "../witness-model";

/**
 * Writes that a checkpoint is the last one cosigned of its log, if the one that it was checked against still is; otherwise answers false and
 * writes nothing. One statement, so that of two that follow the same one the second finds the first.
 */
export async function advanceWitnessedLog(
  tx: Tx,
  lastSize: number,
  next: Witnessed & { readonly origin: string; readonly note: string; readonly cosignedAt: Date },
): Promise<boolean> {
  const written = await tx.execute(
    "advanceWitnessedLog",
    `insert into witnessed_logs as w (origin, size, root, note, cosigned_at) values ($1, $2, $3, $4, $5)
     on conflict (origin) do update set size = excluded.size, root = excluded.root, note = excluded.note, cosigned_at = excluded.cosigned_at
      where w.size = $6`,
    [next.origin, next.size, next.root, next.note, next.cosignedAt, lastSize],
  );
  return written === 1;
}
