import { only, type Reader } from "../../platform/database/sql";

/**
 * More are so common that a walk in the order of the list meets a page of them soon; fewer are gathered by their own index and sorted, which
 * takes 10 ms at most. PostgreSQL would guess which it is, and does not know the values once it has kept a plan.
 */
const FEW = 10_000;

/** Whether a statement finds few rows. */
export async function areFew(reader: Reader, name: string, statement: string, values: readonly unknown[], few = FEW): Promise<boolean> {
  const rows = await reader.query<{ found: number }>(name, `select count(*)::integer as found from (${statement} limit ${few + 1}) as counted`, values);
  return only(rows).found <= few;
}

/** So many keys are gathered before a walk; if there are more, the walk meets them soon. */
export const FEW_KEYS = 2000;

/** Ends an `exists` that is to be looked up for one row after the other, not for all of them before the first. */
export const ON_THE_WALK = "offset 0";

/** The keys that a statement answers, if they are few. */
export async function gatherFew(reader: Reader, name: string, statement: string, values: readonly unknown[]): Promise<string[] | undefined> {
  const rows = await reader.query<{ key: string }>(name, `${statement} limit ${FEW_KEYS + 1}`, values);
  return rows.length > FEW_KEYS ? undefined : [...new Set(rows.map(({ key }) => key))];
}

/** That a dataset `d` has a category, or a narrower one. */
export const classifiedAs = (category: string): string => `d.categories @> array[${category}::text]`;

const embodiedBy = (category: string): string => `from datasets d join dataset_entities de on de.dataset_id = d.id where ${classifiedAs(category)}`;

/** The same of an entity `e`: one of its datasets has it. `place` takes a value and answers where it stands. */
export async function embodiedAs(reader: Reader, category: string, place: (value: unknown) => string): Promise<{ name: string; condition: string; onTheWalk: boolean }> {
  const keys = await gatherFew(reader, "gatherEntitiesOfCategory", `select de.entity_key as key ${embodiedBy("$1")}`, [category]);
  return keys === undefined
    ? { name: "Category", condition: `exists (select ${embodiedBy(place(category))} and de.entity_key = e.key ${ON_THE_WALK})`, onTheWalk: true }
    : { name: "RareCategory", condition: oneOfKeys(place(keys)), onTheWalk: false };
}

/** That the key of an entity `e` is one of those gathered. */
export const oneOfKeys = (keys: string): string => `e.key in (select unnest(${keys}::text[]))`;

/** Whether few datasets have a category. */
export const isRareCategory = (reader: Reader, category: string): Promise<boolean> =>
  areFew(reader, "countDatasetsOfCategory", `select from datasets d where ${classifiedAs("$1")}`, [category]);

/** That a name begins so, in any case, as an index on its lower case can tell: from the prefix to the last text that begins with it. */
export const beginsWith = (name: string, prefix: string): string =>
  `lower(${name}) ~>=~ lower(${prefix}::text) and lower(${name}) ~<=~ (lower(${prefix}::text) || '\u{10FFFF}')`;

/** Whether few datasets have names that begin so. */
export const isRarePrefix = (reader: Reader, prefix: string): Promise<boolean> =>
  areFew(reader, "countDatasetsOfPrefix", `select from datasets d where ${beginsWith("d.name", "$1")}`, [prefix]);
