import type { Tx } from "../../platform/database/sql";
import type { ProofKind } from "../model";

/** A proof that was given for a dataset. */
export interface DatasetProof {
  readonly datasetId: number;
  readonly kind: ProofKind;
  readonly at: Date;
  /** Key of the service whose handler gave it: it counts for nothing where another hosts the dataset now. */
  readonly by?: string;
}

/** Forgets what proved verify handlers alive. Writes: dataset_proofs. */
export const clearLiveness = (tx: Tx, datasetIds: readonly number[]): Promise<number> =>
  tx.execute("clearLiveness", "update dataset_proofs p set live_at = null where p.dataset_id = any($1) and p.live_at is not null", [datasetIds]);

/** Those of the datasets that have an independent proof, or a live one since `liveSince`; nobody else changes these before the transaction ends. */
export async function lockProven(tx: Tx, datasetIds: readonly number[], liveSince: Date): Promise<Set<number>> {
  const rows = await tx.query<{ number: number }>(
    "lockProven",
    `select p.dataset_id as number from dataset_proofs p
     where p.dataset_id = any($1) and (p.live_at >= $2 or p.probe_at is not null) order by p.dataset_id for update`,
    [datasetIds, liveSince],
  );
  return new Set(rows.map(({ number }) => number));
}

/**
 * Keeps the latest instant of each kind of proof; an older one changes nothing. Who hosts a dataset is read under its lock: one that is
 * being moved loses its proofs in the same moment. Writes: dataset_proofs.
 */
export async function writeProofs(tx: Tx, proofs: readonly DatasetProof[]): Promise<void> {
  if (proofs.length === 0) return;
  await tx.execute(
    "writeProofs",
    `with hosted as (select d.id, d.service_key from datasets d where d.id = any($2) order by d.id for no key update)
     insert into dataset_proofs (dataset_id, receipt_at, verify_at, live_at, probe_at)
     select "datasetId", max(at) filter (where kind = 'RECEIPT'), max(at) filter (where kind = 'VERIFY'),
       max(at) filter (where kind = 'LIVE'), max(at) filter (where kind = 'PROBE')
     from json_to_recordset($1) as given ("datasetId" integer, kind text, at timestamptz, by text)
     join hosted on hosted.id = given."datasetId" and (given.by is null or given.by = hosted.service_key)
     group by "datasetId" order by "datasetId"
     on conflict (dataset_id) do update set receipt_at = greatest(dataset_proofs.receipt_at, excluded.receipt_at),
       verify_at = greatest(dataset_proofs.verify_at, excluded.verify_at), live_at = greatest(dataset_proofs.live_at, excluded.live_at),
       probe_at = greatest(dataset_proofs.probe_at, excluded.probe_at)`,
    [JSON.stringify(proofs), proofs.map(({ datasetId }) => datasetId)],
  );
}
