import { only, type Reader } from "../../platform/database/sql";

/**
 * More are so common that a walk in the order of the list meets a page of them soon; fewer are gathered by their own index and sorted, which
 * takes 10 ms at most. PostgreSQL would guess which it is, and does not know the values once it has kept a plan.
 */
const FEW = 10_000;

/** Whether a statement finds few rows. */
export async function areFew(reader: Reader, name: string, statement: string, values: readonly unknown[]): Promise<boolean> {
  const rows = await reader.query<{ found: number }>(name, `select count(*)::integer as found from (${statement} limit ${FEW + 1}) as counted`, values);
  return only(rows).found <= FEW;
}

/** That a dataset `d` has a category, or a narrower one. */
export const classifiedAs = (category: string): string => `d.categories @> array[${category}::text]`;

/** The same of an entity `e`: one of its datasets has it. `gathered` is to be put before the statement, in a `with`. */
export async function embodiedAs(reader: Reader, category: string, place: string): Promise<{ name: string; condition: string; gathered: string[] }> {
  const classified = `from datasets d join dataset_entities de on de.dataset_id = d.id where ${classifiedAs(place)}`;
  if (!(await isRareCategory(reader, category))) return { name: "Category", condition: `exists (select ${classified} and de.entity_key = e.key)`, gathered: [] };
  const gathered = [`classified as materialized (select distinct de.entity_key ${classified})`];
  return { name: "RareCategory", condition: "e.key in (select entity_key from classified)", gathered };
}

/** Whether few datasets have a category. */
export const isRareCategory = (reader: Reader, category: string): Promise<boolean> =>
  areFew(reader, "countDatasetsOfCategory", `select from datasets d where ${classifiedAs("$1")}`, [category]);

/** That a name begins so, in any case, as an index on its lower case can tell: from the prefix to the last text that begins with it. */
export const beginsWith = (name: string, prefix: string): string =>
  `lower(${name}) ~>=~ lower(${prefix}::text) and lower(${name}) ~<=~ (lower(${prefix}::text) || '\u{10FFFF}')`;

/** Whether few datasets have names that begin so. */
export const isRarePrefix = (reader: Reader, prefix: string): Promise<boolean> =>
  areFew(reader, "countDatasetsOfPrefix", `select from datasets d where ${beginsWith("d.name", "$1")}`, [prefix]);
