import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DataSource } from "typeorm";
import { createDataSource } from "../../../src/platform/database/data-source";
import { checkRelease, migrate } from "../../../src/platform/database/migrate";
import { createEmptyDatabase, type TestDatabase } from "../../support/test-database";

let database: TestDatabase;
let directory: string;
const opened: DataSource[] = [];

beforeEach(async () => {
  database = await createEmptyDatabase();
  directory = mkdtempSync(join(tmpdir(), "cadastre-migrations-"));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((source) => source.destroy()));
  await database.drop();
  rmSync(directory, { recursive: true });
});

const file = (name: string, sql: string): void => writeFileSync(join(directory, name), sql);

async function connect(migrations = directory, poolSize = 2): Promise<DataSource> {
  const source = await createDataSource(database.url, { migrations, poolSize }).initialize();
  opened.push(source);
  return source;
}

async function tablesOf(source: DataSource): Promise<string[]> {
  const rows = await source.query<{ tablename: string }[]>("select tablename from pg_tables where schemaname = 'public' order by 1");
  return rows.map((row) => row.tablename);
}

test("migrations run in the order of their numbers, several statements each, and are recorded by name", async () => {
  file("1795300000002-second.sql", "alter table things add column colour text; insert into things values (1, 'red');");
  file("1795300000001-first.sql", "create table things (id integer);");
  const source = await connect();
  expect(await migrate(source)).toEqual(["first-1795300000001", "second-1795300000002"]);
  expect(await source.query("select * from things")).toEqual([{ id: 1, colour: "red" }]);
});

test("running them a second time changes nothing", async () => {
  file("1795300000001-first.sql", "create table things (id integer);");
  await migrate(await connect());
  expect(await migrate(await connect())).toEqual([]);
});

test("of three processes that start at once one migrates and the others wait for it, each with a single connection", async () => {
  file("1795300000001-first.sql", "select pg_sleep(0.2); create table things (id integer);");
  file("1795300000002-second.sql", "insert into things values (1);");
  const sources = await Promise.all([connect(directory, 1), connect(directory, 1), connect(directory, 1)]);
  const results = await Promise.all(sources.map((source) => migrate(source)));
  expect(results.map((names) => names.length).sort()).toEqual([0, 0, 2]);
  expect(await sources[0].query("select * from things")).toEqual([{ id: 1 }]);
});

test("a failing migration is named with its line and leaves nothing; corrected, it goes on from there", async () => {
  file("1795300000001-first.sql", "create table things (id integer);");
  file("1795300000002-second.sql", "create table others (id integer);\n\ninsert into nowhere\nvalues (1);");
  const source = await connect();
  await expect(migrate(source)).rejects.toThrow('migrations/1795300000002-second.sql:3: relation "nowhere" does not exist');
  expect(await tablesOf(source)).toEqual(["migrations", "things"]);

  file("1795300000002-second.sql", "create table others (id integer);");
  expect(await migrate(await connect())).toEqual(["second-1795300000002"]);
});

test("a database newer than the code is refused before anything is changed", async () => {
  file("1795300000002-second.sql", "create table things (id integer);");
  await migrate(await connect());
  rmSync(join(directory, "1795300000002-second.sql"));
  file("1795300000003-third.sql", "create table others (id integer);");
  const source = await connect();
  await expect(migrate(source)).rejects.toThrow("The database is newer than this version of Cadastre, which does not know its migrations second-1795300000002");
  expect(await tablesOf(source)).toEqual(["migrations", "things"]);
});

test("a migration file with another kind of name, or with a number that is taken, is refused", () => {
  file("1795300000001-first.sql", "");
  file("1795300000001-twin.sql", "");
  expect(() => createDataSource(database.url, { migrations: directory })).toThrow("1795300000001-twin.sql: 1795300000001-first.sql has the same number");
  file("0-start.sql", "");
  expect(() => createDataSource(database.url, { migrations: directory })).toThrow("migrations/0-start.sql: expected a name such as");
});

test("PostgreSQL 15 to 18 are accepted, older and newer ones refused", () => {
  for (const release of [15, 16, 17, 18]) expect(() => checkRelease(release)).not.toThrow();
  for (const release of [14, 19]) expect(() => checkRelease(release)).toThrow(`PostgreSQL ${release}; Cadastre works with 15 to 18`);
});

test("our own migrations are found from the package's root", async () => {
  const source = createDataSource(database.url);
  expect(source.options.migrations).not.toHaveLength(0);
});
