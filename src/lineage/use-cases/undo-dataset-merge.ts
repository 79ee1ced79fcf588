import { appendAuditEntry } from "../../audit";
import { type Dataset, identities } from "../../catalog";
import type { Deps } from "../../platform/deps";

export interface UndoDatasetMerge {
  readonly actor: string;
  /** The name that became another name of a dataset, by whatever way. */
  readonly dataset: string;
}

/**
 * Takes a dataset apart again from the one that it became another name of; each has its own flows again. No event joins the two again.
 * Refuses (BAD_USER_INPUT) what is no dataset's id, (NOT_FOUND) an unknown name, (PRECONDITION_FAILED) one that is no other name. A no-op
 * where it was taken apart already. Writes: datasets, fields, dataset_identities, findings, one audit entry.
 */
export async function undoDatasetMerge(deps: Deps, { actor, dataset }: UndoDatasetMerge): Promise<Dataset> {
  return deps.transaction(async (tx) => {
    const apart = await identities.undo(tx, { dataset, by: actor });
    if (apart.changed) await appendAuditEntry(tx, { action: "lineage.undo-dataset-merge", actor, object: apart.dataset.id });
    return apart.dataset;
  });
}
