import type { Tx } from "../../platform/database/sql";
import type { DefinedField } from "../dataset-model";
import { categoriesOfBoth } from "../identity-model";
import type { Field } from "../model";
import { datasetUrn } from "../public-ids";
import { endAttestationsOf } from "../storage/attestation-store";
import { findDatasetDefinitions } from "../storage/dataset-queries";
import { writeDatasets } from "../storage/dataset-store";
import { type Decision, type Merge, renameFindings, resolveFindingsOfMerged, writeFormerName, writeMerges, writeName } from "../storage/identity-store";
import { refreshFindings } from "./refresh-findings";

/** Two datasets that are one. */
export interface Union {
  readonly root: number;
  /** Becomes another name of the root. */
  readonly number: number;
  /** The root takes the other's name, which gets the root's. */
  readonly swap: boolean;
  /** `number` has only just come up as a name: once the two swap, the former name is its own, whoever takes them apart. */
  readonly isNew?: boolean;
}

/**
 * Makes one dataset another name of another, in the caller's transaction and under `lockDefinitions`; neither may be another name of anything.
 * The root keeps all that is declared of it and has the other's fields besides, as observed ones; fields of one name are classified as both say.
 * Nothing is attested of both: who attested one did not look at the other. Writes: datasets, fields, attestations, dataset_identities, findings.
 */
export async function uniteDatasets(tx: Tx, { root, number, swap, isNew = false }: Union, decision: Decision): Promise<void> {
  const known = byNumber(await findDatasetDefinitions(tx, [], [root, number]));
  const [own, other] = [known.get(root)!, known.get(number)!];
  const { fields, brought, classified } = fieldsOfBoth(own.fields, other.fields);
  if (brought.length > 0 || Object.keys(classified).length > 0) await writeDatasets(tx, [{ ...own, fields }]);
  await endAttestationsOf(tx, [root, number]);
  // It is kept in mind which name it has when this is written.
  if (swap && isNew) await swapNames(tx, root, number);
  await writeMerges(tx, [{ number, root, brought, classified }], decision);
  if (swap && !isNew) await swapNames(tx, root, number);
  await renameFindings(tx, [{ number, to: root, before: datasetUrn(other), after: datasetUrn(swap ? other : own) }]);
  await resolveFindingsOfMerged(tx, { number, root });
  await refreshFindings(tx, { datasetNumbers: [root, number] });
}

function fieldsOfBoth(own: readonly DefinedField[], other: readonly DefinedField[]): { fields: DefinedField[] } & Pick<Merge, "brought" | "classified"> {
  const [names, others] = [new Set(own.map(({ name }) => name)), new Map(other.map((field) => [field.name, field]))];
  const classified: Record<string, Field["categories"]> = {};
  const kept = own.map((field) => {
    const same = others.get(field.name);
    const categories = same === undefined ? field.categories : categoriesOfBoth(field.categories, same.categories);
    if (areAlike(categories, field.categories)) return field;
    classified[field.name] = field.categories;
    return { ...field, categories };
  });
  const brought = other.filter(({ name }) => !names.has(name)).map((field) => ({ ...field, observed: true }));
  return { fields: [...kept, ...brought], brought: brought.map(({ name }) => name), classified };
}

/** The fields that a dataset keeps without those of one that is taken from it; what was classified or declared of them since stays. */
export const fieldsWithout = (own: readonly DefinedField[], other: readonly DefinedField[], { brought, classified }: Pick<Merge, "brought" | "classified">): DefinedField[] => {
  const others = new Map(other.map((field) => [field.name, field]));
  const before = new Map(Object.entries(classified));
  return own
    .filter(({ name, observed }) => !observed || !brought.includes(name))
    .map((field) => {
      const [former, same] = [before.get(field.name), others.get(field.name)];
      if (former === undefined || same === undefined || !areAlike(field.categories, categoriesOfBoth(former, same.categories))) return field;
      return { ...field, categories: former };
    });
};

const areAlike = (one: Field["categories"], other: Field["categories"]): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Lets a dataset take another name of it, which becomes the name that it had, and says anew what its findings say. Writes: datasets, dataset_identities, findings. */
export async function takeOtherName(tx: Tx, { root, number }: Pick<Union, "root" | "number">, decision: Decision): Promise<void> {
  await swapNames(tx, root, number);
  await writeFormerName(tx, number, decision);
  await refreshFindings(tx, { datasetNumbers: [root] });
}

/** Gives two datasets each other's name; what is found of the first goes with it. Writes: datasets, findings. */
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
