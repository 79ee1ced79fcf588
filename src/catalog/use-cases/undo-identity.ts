import type { Tx } from "../../platform/database/sql";
import { preconditionFailed } from "../../platform/errors";
import { datasetUrn } from "../public-ids";
import { findDatasetDefinitions, getDataset } from "../storage/dataset-queries";
import { writeDatasets } from "../storage/dataset-store";
import { findDisplaced, findMerge, writeApart } from "../storage/identity-store";
import { findIdentities } from "../storage/name-queries";
import { lockIdentities } from "./locked-identities";
import type { IdentityChange } from "./merge-identities";
import { refreshFindings } from "./refresh-findings";
import { fieldsWithout, swapNames } from "./unite-datasets";

/**
 * Takes a dataset apart again from the one that it had become another name of, whoever said so; each of its names that went to the
 * other while they were one comes back, and what the other's fields had only from it is gone. No event joins the two again. Refuses (NOT_FOUND) an unknown name, (PRECONDITION_FAILED) one that is no dataset's other name; a no-op where it was
 * taken apart already. Writes: datasets, fields, dataset_identities, findings.
 */
export async function undoIdentity(tx: Tx, { by, ...ids }: { readonly by: string; readonly dataset: string }): Promise<IdentityChange> {
  const { named, root } = (await lockIdentities(tx, ids)).dataset;
  if (named.reason === "UNDONE" && named.number === root.number) return { dataset: await getDataset(tx, named), changed: false };
  if (named.number === root.number) throw preconditionFailed("dataset: is not another name of a dataset; name the one that was merged into it", datasetUrn(named));
  const had = (await findMerge(tx, named.number))!;
  await writeApart(tx, named.number, by);
  for (let displaced = await findDisplaced(tx, named.number, root.number); displaced; displaced = await findDisplaced(tx, named.number, root.number)) {
    await swapNames(tx, displaced.holder, displaced.number);
  }
  const known = [...(await findDatasetDefinitions(tx, [], [root.number, named.number])).values()];
  const [own, other] = [root.number, named.number].map((number) => known.find((definition) => definition.number === number)!) as [(typeof known)[0], (typeof known)[0]];
  if (had.brought.length > 0 || Object.keys(had.classified).length > 0) await writeDatasets(tx, [{ ...own, fields: fieldsWithout(own.fields, other.fields, had) }]);
  await refreshFindings(tx, { datasetNumbers: [root.number, named.number] });
  const apart = (await findIdentities(tx, [named.number])).get(named.number)!;
  return { dataset: await getDataset(tx, apart), changed: true };
}
