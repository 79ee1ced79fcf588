import type { Tx } from "../../platform/database/sql";
import { conflict } from "../../platform/errors";
import type { DatasetName } from "../public-ids";
import { datasetUrn, normaliseNamespace } from "../public-ids";
import { getDataset } from "../storage/dataset-queries";
import { type Decision, renameFindings, writeMerges, writeName } from "../storage/identity-store";
import { findIdentities, findNames } from "../storage/name-queries";
import { insertObserved } from "../storage/observation-store";
import { check, exactNameFault, refusalOf } from "../text-model";
import { lockIdentities } from "./locked-identities";
import type { IdentityChange } from "./merge-identities";
import { refreshFindings } from "./refresh-findings";
import { takeOtherName, uniteDatasets } from "./unite-datasets";

/** Which dataset gets which name. */
export interface RenameIdentity extends DatasetName {
  readonly by: string;
  readonly dataset: string;
}

/**
 * Gives a dataset another name, by which it goes from then on; the one that it had leads to it. A dataset of the new name that was merely observed becomes one with it.
 * Refuses (BAD_USER_INPUT) what is no name, (NOT_FOUND) an unknown dataset, (CONFLICT) the name of another that is declared, or another's former name. Writes: datasets, dataset_identities, findings.
 */
export async function renameIdentity(tx: Tx, { by, dataset: id, ...name }: RenameIdentity): Promise<IdentityChange> {
  const faults = [...check(["namespace"], name.namespace, exactNameFault), ...check(["name"], name.name, exactNameFault)];
  if (faults.length > 0) throw refusalOf(faults);
  const { root } = (await lockIdentities(tx, { dataset: id })).dataset;
  const asked = { namespace: normaliseNamespace(name.namespace), name: name.name };
  const target = (await findNames(tx, [asked])).get(datasetUrn(asked))!;
  const next: DatasetName = { namespace: target.namespace, name: target.name };
  if (target.number === root.number) return { dataset: await getDataset(tx, next), changed: false };
  const decision: Decision = { reason: "RENAME", by, at: tx.now };
  if (target.number === null) await writeNewName(tx, root, next, decision);
  else if (target.root === root.number) await takeOtherName(tx, { root: root.number, number: target.number }, decision);
  else {
    const rival = (await findIdentities(tx, [target.number])).get(target.number)!;
    if (rival.number !== rival.root && rival.reason === "RENAME") throw conflict("name: another dataset has had it before and is found by it; undoDatasetMerge of that name frees it", datasetUrn(next));
    if (rival.number !== rival.root || rival.declared) throw conflict("name: another dataset has it; merge the two, if they are one", datasetUrn(root));
    await uniteDatasets(tx, { root: root.number, number: rival.number, swap: true }, decision);
  }
  return { dataset: await getDataset(tx, next), changed: true };
}

async function writeNewName(tx: Tx, root: DatasetName & { readonly number: number }, next: DatasetName, decision: Decision): Promise<void> {
  await writeName(tx, root.number, next);
  const [former] = await insertObserved(tx, [root]);
  await writeMerges(tx, [{ number: former!, root: root.number, brought: [], classified: {} }], decision);
  await renameFindings(tx, [{ number: root.number, to: root.number, before: datasetUrn(root), after: datasetUrn(next) }]);
  await refreshFindings(tx, { datasetNumbers: [root.number] });
}
