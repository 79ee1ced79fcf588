import { appendAuditEntry } from "../../audit";
import { type Dataset, identities } from "../../catalog";
import type { Deps } from "../../platform/deps";

export interface MergeDatasets {
  readonly actor: string;
  /** Becomes another name of `into`. */
  readonly dataset: string;
  readonly into: string;
}

/**
 * Says that two datasets are one, which goes by the id of `into` and answers to both: what flowed into or out of either does so of the one.
 * Refuses (BAD_USER_INPUT) what is no dataset's id, (NOT_FOUND) an unknown dataset, (CONFLICT) two that different services host. A no-op
 * where they are one already. Writes: datasets, fields, dataset_identities, findings, one audit entry.
 */
export async function mergeDatasets(deps: Deps, { actor, dataset, into }: MergeDatasets): Promise<Dataset> {
  return deps.transaction(async (tx) => {
    const merged = await identities.merge(tx, { dataset, into, by: actor });
    if (merged.changed) await appendAuditEntry(tx, { action: "lineage.merge-datasets", actor, object: merged.dataset.id });
    return merged.dataset;
  });
}
