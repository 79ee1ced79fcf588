import type { Tx } from "../../platform/database/sql";
import { datasetUrn } from "../public-ids";
import { findDatasetDefinitions } from "../storage/dataset-queries";
import { writeDatasets } from "../storage/dataset-store";
import { type Decision, renameFindings, resolveFindingsOfMerged, writeFormerName, writeMerges, writeName } from "../storage/identity-store";
import { refreshFindings } from "./refresh-findings";

/** Two datasets that are one. */
export interface Union {
  readonly root: number;
  /** Becomes another name of the root. */
  readonly number: number;
  /** The root takes the other's name, which gets the root's. */
  readonly swap: boolean;
}

/**
 * Makes one dataset another name of another, in the caller's transaction and under `lockDefinitions`; neither may be another name of anything.
 * The root keeps all that is declared of it and has the other's fields besides, as observed ones. Writes: datasets, fields,
 * dataset_identities, findings.
 */
export async function uniteDatasets(tx: Tx, { root, number, swap }: Union, decision: Decision): Promise<void> {
  const before = byNumber(await findDatasetDefinitions(tx, [], [number])).get(number)!;
  if (swap) await swapNames(tx, root, number);
  const known = byNumber(await findDatasetDefinitions(tx, [], [root, number]));
  const own = known.get(root)!;
  const names = new Set(own.fields.map(({ name }) => name));
  const brought = known.get(number)!.fields.filter(({ name }) => !names.has(name)).map((field) => ({ ...field, observed: true }));
  if (brought.length > 0) await writeDatasets(tx, [{ ...own, fields: [...own.fields, ...brought] }]);
  await writeMerges(tx, [{ number, root, brought: brought.map(({ name }) => name), swapped: swap }], decision);
  await renameFindings(tx, [{ number, to: root, before: datasetUrn(before), after: datasetUrn(own) }]);
  await resolveFindingsOfMerged(tx, { number, root });
  await refreshFindings(tx, { datasetNumbers: [root, number] });
}

/** Lets a dataset take another name of it, which becomes the name that it had, and says anew what its findings say. Writes: datasets, dataset_identities, findings. */
export async function takeOtherName(tx: Tx, { root, number }: Omit<Union, "swap">, decision: Decision): Promise<void> {
  await swapNames(tx, root, number);
  await writeFormerName(tx, number, decision);
  await refreshFindings(tx, { datasetNumbers: [root] });
}

export async function swapNames(tx: Tx, one: number, other: number): Promise<void> {
  const known = byNumber(await findDatasetDefinitions(tx, [], [one, other]));
  const [first, second] = [known.get(one)!, known.get(other)!];
  await writeName(tx, other, { namespace: second.namespace, name: tx.ids.uuid() });
  await writeName(tx, one, second);
  await writeName(tx, other, first);
  await renameFindings(tx, [{ number: one, to: one, before: datasetUrn(first), after: datasetUrn(second) }]);
}

const byNumber = <Value extends { readonly number: number }>(found: ReadonlyMap<string, Value>): Map<number, Value> =>
  new Map([...found.values()].map((value) => [value.number, value]));
