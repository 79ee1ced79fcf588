import type { Deps } from "../src/platform/deps";
import { secondsOf } from "./harness";

const BATCH = 1000;
const COLUMNS = "select column_name::text as name from information_schema.columns where table_name = $1 and is_generated = 'NEVER' order by ordinal_position";

/**
 * Seconds of plain `INSERT … VALUES` of rows of these tables, 1,000 at a time and each time committed, into tables of the same form, indexes included;
 * of each table its first rows in the order given, `most` of them.
 */
export async function insertSeconds({ db }: Deps, tables: Readonly<Record<string, string>>, most: number): Promise<number> {
  let seconds = 0;
  for (const [table, order] of Object.entries(tables)) {
    await db.query(`benchInsertTable_${table}`, `create table insert_of_${table} (like ${table} including all)`);
    const columns = (await db.query<{ name: string }>("benchInsertColumns", COLUMNS, [table])).map(({ name }) => name);
    const rows = await db.query<Record<string, unknown>>(`benchInsertRows_${table}`, `select ${columns.join(", ")} from ${table} order by ${order} limit ${most}`);
    const places = (from: number): string => `(${columns.map((_, at) => `$${from * columns.length + at + 1}`).join(", ")})`;
    for (let start = 0; start < rows.length; start += BATCH) {
      const batch = rows.slice(start, start + BATCH);
      const text = `insert into insert_of_${table} (${columns.join(", ")}) values ${batch.map((_, at) => places(at)).join(", ")}`;
      const values = batch.flatMap((row) => columns.map((column) => row[column]));
      seconds += await secondsOf(() => db.query(`benchInsert_${table}_${batch.length}`, text, values));
    }
  }
  return seconds;
}
