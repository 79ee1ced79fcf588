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

/** Whether few datasets have a category. */
export const isRareCategory = (reader: Reader, category: string): Promise<boolean> =>
  areFew(reader, "countDatasetsOfCategory", "select from datasets d where d.categories @> array[$1::text]", [category]);
