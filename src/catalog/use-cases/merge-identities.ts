import type { Tx } from "../../platform/database/sql";
import { conflict } from "../../platform/errors";
import { areRivals, unionOf } from "../identity-model";
import type { Dataset } from "../model";
import { datasetUrn, serviceId } from "../public-ids";
import { getDataset } from "../storage/dataset-queries";
import { lockIdentities } from "./locked-identities";
import { uniteDatasets } from "./unite-datasets";

/** What a person has decided of a dataset's names. */
export interface IdentityChange {
  readonly dataset: Dataset;
  /** False: it was so already. */
  readonly changed: boolean;
}

/**
 * Makes a dataset another name of another, which answers to both from then on; each may be given by any of its names. What is declared of one of them alone is
 * declared of both. Refuses (NOT_FOUND) an unknown dataset, (CONFLICT) two that different services host. Writes: datasets, fields, dataset_identities, findings.
 */
export async function mergeIdentities(tx: Tx, { by, ...ids }: { readonly by: string; readonly dataset: string; readonly into: string }): Promise<IdentityChange> {
  const { dataset, into } = await lockIdentities(tx, ids);
  const [one, other] = [dataset.root, into.root];
  if (one.number === other.number) return { dataset: await getDataset(tx, other), changed: false };
  if (areRivals(one, other)) {
    const services = `${serviceId(one.serviceKey!)} and ${serviceId(other.serviceKey!)}`;
    throw conflict(`dataset: ${services} host the two; register both with one of them first`, datasetUrn(other));
  }
  await uniteDatasets(tx, unionOf(one, other), { reason: "MERGE", by, at: tx.now });
  return { dataset: await getDataset(tx, other), changed: true };
}
