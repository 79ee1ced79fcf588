import type { DataSource } from "typeorm";
import { createDataSource } from "../../../src/platform/database/data-source";
import { loadRowClasses } from "../../support/row-classes";
import { createTestDatabase, type TestDatabase } from "../../support/test-database";

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly nullable: boolean;
}

let database: TestDatabase;
let source: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  source = await createDataSource(database.url, { rows: loadRowClasses() }).initialize();
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

test("every column of a row class stands in its table with the same type and nullability", async () => {
  const stored: Column[] = await source.query(`
    select c.table_name as "table", c.column_name as "column", format_type(a.atttypid, null) as type, c.is_nullable = 'YES' as nullable
    from information_schema.columns c
    join pg_attribute a on a.attrelid = format('%I.%I', c.table_schema, c.table_name)::regclass and a.attname = c.column_name
    where c.table_schema = 'public'`);
  const described = source.entityMetadatas.flatMap((rows) =>
    rows.columns.map(
      (column): Column => ({
        table: rows.tableName,
        column: column.databaseName,
        type: source.driver.normalizeType(column) + (column.isArray ? "[]" : ""),
        nullable: column.isNullable,
      }),
    ),
  );
  const key = ({ table, column }: Column): string => `${table}.${column}`;
  const storedByKey = new Map(stored.map((column) => [key(column), column]));
  expect(described).not.toHaveLength(0);
  expect(described.map((column) => storedByKey.get(key(column)) ?? `${key(column)} is not in the database`)).toEqual(described);
});
