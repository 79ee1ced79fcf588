import type { Tx } from "../../platform/database/sql";
import { preconditionFailed } from "../../platform/errors";
import { datasetUrn } from "../public-ids";
import { findDatasetDefinitions, getDataset } from "../storage/dataset-queries";
import { writeDatasets } from "../storage/dataset-store";
import { findMerge, writeApart } from "../storage/identity-store";
import { findIdentities } from "../storage/name-queries";
import { lockIdentities } from "./locked-identities";
import type { IdentityChange } from "./merge-identities";
import { refreshFindings } from "./refresh-findings";
import { swapNames } from "./unite-datasets";

/**
 * Takes a dataset apart again from the one that it had become another name of, whoever said so; both have their former names, and the fields that one had only from
 * the other are gone. No event joins the two again. Refuses (NOT_FOUND) an unknown name, (PRECONDITION_FAILED) one that is no dataset's other name; a no-op where it was
 * taken apart already. Writes: datasets, fields, dataset_identities, findings.
 */
export async function undoIdentity(tx: Tx, { by, ...ids }: { readonly by: string; readonly dataset: string }): Promise<IdentityChange> {
  const { named, root } = (await lockIdentities(tx, ids)).dataset;
  if (named.reason === "UNDONE" && named.number === root.number) return { dataset: await getDataset(tx, named), changed: false };
  if (named.number === root.number) throw preconditionFailed("dataset: is not another name of a dataset; name the one that was merged into it", datasetUrn(named));
  const { brought, swapped } = (await findMerge(tx, named.number))!;
  await writeApart(tx, named.number, by);
  if (swapped) await swapNames(tx, root.number, named.number);
  const own = [...(await findDatasetDefinitions(tx, [], [root.number])).values()][0]!;
  const fields = own.fields.filter(({ name, observed }) => !observed || !brought.includes(name));
  if (fields.length < own.fields.length) await writeDatasets(tx, [{ ...own, fields }]);
  await refreshFindings(tx, { datasetNumbers: [root.number, named.number] });
  const apart = (await findIdentities(tx, [named.number])).get(named.number)!;
  return { dataset: await getDataset(tx, apart), changed: true };
}
