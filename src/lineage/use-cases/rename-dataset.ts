import { appendAuditEntry } from "../../audit";
import { type Dataset, identities } from "../../catalog";
import type { Deps } from "../../platform/deps";

export interface RenameDataset {
  readonly actor: string;
  /** By any of its names. */
  readonly dataset: string;
  /** The name by which it goes from then on. */
  readonly namespace: string;
  readonly name: string;
}

/**
 * Renames a dataset, which keeps its flows and all that is declared of it; its former name leads to it. A dataset of the new name that was merely
 * observed becomes one with it. Refuses (BAD_USER_INPUT) what is no id or name, (NOT_FOUND) an unknown dataset, (CONFLICT) the name of
 * another that is declared, and a former name of another, until `undoDatasetMerge` has freed it. A no-op where it goes by that name. Writes: datasets, dataset_identities, findings, one audit entry.
 */
export async function renameDataset(deps: Deps, { actor, ...input }: RenameDataset): Promise<Dataset> {
  return deps.transaction(async (tx) => {
    const renamed = await identities.rename(tx, { ...input, by: actor });
    if (renamed.changed) await appendAuditEntry(tx, { action: "lineage.rename-dataset", actor, object: renamed.dataset.id });
    return renamed.dataset;
  });
}
