import type { Tx } from "../../platform/database/sql";
import { badInput } from "../../platform/errors";
import { gather, isKept, type NameLink, type Observations, type ObservedDataset, type ObservedNumber, type SaidFields } from "../observation-model";
import { datasetUrn } from "../public-ids";
import { endAttestationsOf } from "../storage/attestation-store";
import { holdDefinitions, lockDefinitions } from "../storage/definition-store";
import { findNames, type FoundName } from "../storage/name-queries";
import {
  deleteObservedFields, type FieldChange, type FieldsOf, findFieldChanges, findVanishedFields, insertObserved, lockObserved, refreshPersonal, rememberSchemas, writeObservedFields,
} from "../storage/observation-store";
import { joinObservedNames, unsettledLinks } from "./join-observed-names";
import { refreshFindings } from "./refresh-findings";

type Names = ReadonlyMap<string, FoundName>;

/**
 * Finds datasets as the data's flow names them, in the caller's transaction: aliases of namespaces are followed, other names lead to their
 * dataset, what is unknown is taken into the register as merely observed, and so are fields. What is declared stays as it is. Names that are
 * said to be one dataset are joined; of two that are declared that is a finding (IDENTITY_CONFLICT). Answers the numbers of all names by
 * their id as given, the namespace normalised. Refuses (BAD_USER_INPUT) a name that is too long to be kept. Writes: datasets, fields, attestations,
 * dataset_identities, findings. Two statements, and no lock, where all is known already.
 */
export async function observeDatasets(tx: Tx, observed: readonly ObservedDataset[]): Promise<Map<string, ObservedNumber>> {
  const said = gather(observed);
  const names = [...said.names.values()];
  if (!names.every(({ namespace, name }) => isKept(namespace) && isKept(name))) throw badInput("dataset: namespace and name must have 1 to 512 characters, and at most 1,024 bytes");
  if (names.length === 0) return new Map();
  let found: Names = await findNames(tx, names);
  const unsettled = await unsettledLinks(tx, said.links, found);
  if (missingOf(found).length > 0 || unsettled.length > 0 || (await areFieldsNews(tx, said.fields, found))) {
    await (unsettled.length > 0 ? lockDefinitions(tx) : holdDefinitions(tx));
    found = await takeIn(tx, said, unsettled, found);
  }
  return new Map([...found].map(([id, { number, root }]) => [id, { number: number!, root: root! }]));
}

const missingOf = (found: Names): FoundName[] => [...new Map([...found.values()].flatMap((name) => (name.number === null ? [[datasetUrn(name), name]] : []))).values()];

async function takeIn(tx: Tx, said: Observations, links: readonly NameLink[], before: Names): Promise<Names> {
  const names = [...said.names.values()];
  const inserted = new Set<number>();
  let found = before;
  // Twice where a namespace has just become an alias of another: what was missing in the one is missing in the other.
  for (let missing = missingOf(found); ; missing = missingOf(found)) {
    if (missing.length > 0) for (const number of await insertObserved(tx, missing)) inserted.add(number);
    found = await findNames(tx, names);
    if (missingOf(found).length === 0) break;
  }
  if (await joinObservedNames(tx, links, found, inserted)) found = await findNames(tx, names);
  const changed = await takeInFields(tx, fieldsOf(said.fields, found), inserted);
  await refreshFindings(tx, { datasetNumbers: [...new Set([...inserted, ...changed])] });
  return found;
}

/** By the datasets' own numbers: what is said under two names of one dataset is said of it. */
function fieldsOf(said: readonly SaidFields[], found: Names): FieldsOf[] {
  const byRoot = new Map<number, { number: number; fields: Map<string, FieldsOf["fields"][number]>; replace: boolean; at: Date | null }>();
  for (const { of, fields, replace, at } of said) {
    const number = found.get(datasetUrn(of))!.root!;
    const known = byRoot.get(number);
    byRoot.set(number, { number, fields: known ? new Map([...known.fields, ...fields]) : new Map(fields), replace: replace || (known?.replace ?? false), at });
  }
  return [...byRoot.values()].map((of) => ({ ...of, fields: [...of.fields.values()] }));
}

async function areFieldsNews(tx: Tx, said: readonly SaidFields[], found: Names): Promise<boolean> {
  const fields = fieldsOf(said, found);
  if (fields.some((of) => of.fields.length > 0) && (await findFieldChanges(tx, fields)).length > 0) return true;
  const replaced = fields.filter(({ replace }) => replace);
  return replaced.length > 0 && (await findVanishedFields(tx, replaced)).length > 0;
}

/** Writes what is new of fields; answers the datasets that have changed. Nobody else writes fields of these before the transaction ends. */
async function takeInFields(tx: Tx, said: readonly FieldsOf[], inserted: ReadonlySet<number>): Promise<number[]> {
  const [young, known] = [said.filter(({ number }) => inserted.has(number)), said.filter(({ number }) => !inserted.has(number))];
  const changed = known.length > 0 ? await takeInKnown(tx, known) : [];
  // Nobody else sees these yet, and they stay unclassified.
  const changes = young.flatMap(({ number, fields }) => fields.map((field): FieldChange => ({ number, ...field, isNew: true })));
  if (changes.length > 0) await writeObservedFields(tx, changes);
  if (young.length > 0) await rememberSchemas(tx, young);
  return changed;
}

/** A schema that is older than the one known takes nothing back: it only adds fields, where it is not a list of all there are. */
async function takeInKnown(tx: Tx, said: readonly FieldsOf[]): Promise<number[]> {
  const schemas = await lockObserved(tx, said.map(({ number }) => number));
  const isLate = ({ number, at }: FieldsOf): boolean => at !== null && at.getTime() < (schemas.get(number)?.getTime() ?? -Infinity);
  const fields = said.filter((of) => !of.replace || !isLate(of));
  const late = new Set(fields.filter(isLate).map(({ number }) => number));
  const changes = (await findFieldChanges(tx, fields)).filter(({ number, isNew }) => isNew || !late.has(number));
  const replaced = fields.filter(({ replace }) => replace);
  const vanished = replaced.length > 0 ? await findVanishedFields(tx, replaced) : [];
  const changed = [...new Set([...changes, ...vanished].map(({ number }) => number))];
  if (changed.length === 0) return [];
  if (changes.length > 0) await writeObservedFields(tx, changes);
  if (vanished.length > 0) await deleteObservedFields(tx, vanished);
  await endAttestationsOf(tx, [...new Set(changes.filter(({ isNew }) => isNew).map(({ number }) => number))]);
  await rememberSchemas(tx, fields.filter(({ number }) => changed.includes(number)));
  await refreshPersonal(tx, changed);
  return changed;
}
