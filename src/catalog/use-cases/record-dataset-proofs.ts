import type { Tx } from "../../platform/database/sql";
import { clearLiveness, type DatasetProof, writeProofs } from "../storage/proof-store";
import { refreshFindings } from "./refresh-findings";

/**
 * Keeps the latest instant of each kind of proof, in the transaction of the verb that obtained them, which also writes the audit entry.
 * An older proof than the one known changes nothing. Writes: dataset_proofs, findings.
 */
export async function recordDatasetProofs(tx: Tx, proofs: readonly DatasetProof[]): Promise<void> {
  await writeProofs(tx, proofs);
  // Receipts and later looks raise no dataset to G3, below which a finding stands.
  const proven = proofs.filter(({ kind }) => kind === "LIVE" || kind === "PROBE");
  await refreshFindings(tx, { datasetNumbers: [...new Set(proven.map(({ datasetId }) => datasetId))] });
}

/**
 * Forgets what proved verify handlers alive: one of them was seen to answer wrongly, or another stands in its place. In the transaction of
 * the verb that knows it. Writes: dataset_proofs, findings.
 */
export async function withdrawLiveness(tx: Tx, datasetIds: readonly number[]): Promise<void> {
  if ((await clearLiveness(tx, datasetIds)) > 0) await refreshFindings(tx, { datasetNumbers: datasetIds });
}
