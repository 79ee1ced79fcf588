import type { Tx } from "../../platform/database/sql";
import { LIVE_FOR_MS } from "../model";
import { clearLiveness, type DatasetProof, lockProven, writeProofs } from "../storage/proof-store";
import { refreshFindings } from "./refresh-findings";

/**
 * Keeps the latest instant of each kind of proof, in the transaction of the verb that obtained them, which also writes the audit entry.
 * An older proof than the one known changes nothing. Writes: dataset_proofs, findings.
 */
export async function recordDatasetProofs(tx: Tx, proofs: readonly DatasetProof[]): Promise<void> {
  // Receipts and later looks raise no dataset to G3, below which a finding stands; who stands there already opens and resolves none.
  const proven = [...new Set(proofs.filter(({ kind }) => kind === "LIVE" || kind === "PROBE").map(({ datasetId }) => datasetId))];
  const before = proven.length > 0 ? await lockProven(tx, proven, new Date(tx.clock.now().getTime() - LIVE_FOR_MS)) : new Set();
  await writeProofs(tx, proofs);
  await refreshFindings(tx, { datasetNumbers: proven.filter((datasetId) => !before.has(datasetId)) });
}

/**
 * Forgets what proved verify handlers alive: one of them was seen to answer wrongly, or another stands in its place. In the transaction of
 * the verb that knows it. Writes: dataset_proofs, findings.
 */
export async function withdrawLiveness(tx: Tx, datasetIds: readonly number[]): Promise<void> {
  if ((await clearLiveness(tx, datasetIds)) > 0) await refreshFindings(tx, { datasetNumbers: datasetIds });
}
