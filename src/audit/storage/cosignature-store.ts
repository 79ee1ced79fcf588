import type { Reader, Tx } from "../../platform/database/sql";

/** Leaves in the newest tree that this witness has cosigned; undefined where it never did. */
export async function findCosignedSize(reader: Reader, witness: string): Promise<number | undefined> {
  const [row] = await reader.query<{ size: number | null }>(
    "findCosignedSize",
    "select max(c.size)::float8 as size from audit_cosignatures c where c.witness = $1",
    [witness],
  );
  return row?.size ?? undefined;
}

/** Keeps the line with which a witness cosigned the checkpoint of this size; the first one stays. */
export async function insertCosignature(tx: Tx, { size, witness, line }: { readonly size: number; readonly witness: string; readonly line: string }): Promise<void> {
  await tx.execute(
    "insertCosignature",
    "insert into audit_cosignatures (size, witness, line, received_at) values ($1, $2, $3, $4) on conflict do nothing",
    [size, witness, line, tx.now],
  );
}
