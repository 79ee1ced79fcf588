import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { LOG_ROLES } from "../../src/audit";
import { createDataSource } from "../../src/platform/database/data-source";
import { migrate } from "../../src/platform/database/migrate";
import { ensureRoles } from "../../src/platform/database/roles";

export const SERVER_VARIABLE = "CADASTRE_TEST_SERVER_URL";

const MIGRATIONS = join(__dirname, "../../migrations");
const ROLES = join(__dirname, "../../src/platform/database/roles.ts");
const ADVISORY_LOCK = 7235416;

export interface TestDatabase {
  readonly url: string;
  /** Whom connections are to act as; undefined where the user may not create roles. */
  readonly role?: string;
  drop(): Promise<void>;
}

/** A migrated database without rows: a copy of a template, which is made again when a migration or the roles have changed. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return create(async (server) => {
    await server.query("select pg_advisory_lock($1)", [ADVISORY_LOCK]);
    return ensureTemplate(server);
  });
}

/** A database without any table. */
export const createEmptyDatabase = (): Promise<TestDatabase> => create(async () => "template1");

async function create(chooseTemplate: (server: Client) => Promise<string>): Promise<TestDatabase> {
  const name = `test_${process.pid}_${randomBytes(4).toString("hex")}`;
  const role = await onServer(async (server) => {
    await server.query(`create database ${name} template ${await chooseTemplate(server)}`);
    return findRole(server);
  });
  return { url: urlOf(name), role, drop: () => onServer(async (server) => void (await server.query(`drop database ${name} with (force)`))) };
}

async function findRole(server: Client): Promise<string | undefined> {
  const { rows } = await server.query<{ rolname: string }>("select rolname from pg_roles where rolname = $1 and pg_has_role(oid, 'MEMBER')", [LOG_ROLES.ordinary.name]);
  return rows[0]?.rolname;
}

function urlOf(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = database;
  return url.href;
}

async function onServer<Result>(work: (server: Client) => Promise<Result>): Promise<Result> {
  const server = new Client({ connectionString: serverUrl() });
  await server.connect();
  try {
    return await work(server);
  } finally {
    await server.end();
  }
}

/** Drops what killed test processes of this machine have left. */
export async function dropAbandonedDatabases(): Promise<void> {
  await onServer(async (server) => {
    for (const name of await databasesLike(server, "test\\_%")) {
      if (!existsProcess(Number(name.split("_")[1]))) await server.query(`drop database if exists ${name} with (force)`);
    }
  });
}

async function ensureTemplate(server: Client): Promise<string> {
  const template = `template_${hashOfMigrations()}`;
  const existing = await databasesLike(server, "template\\__%");
  if (existing.includes(template)) return template;
  for (const outdated of existing) await server.query(`drop database ${outdated} with (force)`);
  const unfinished = "template_unfinished";
  await server.query(`create database ${unfinished}`);
  const source = createDataSource(urlOf(unfinished));
  try {
    await source.initialize();
    await migrate(source);
    await ensureRoles(source, LOG_ROLES);
  } finally {
    if (source.isInitialized) await source.destroy();
  }
  await server.query(`alter database ${unfinished} rename to ${template}`);
  return template;
}

async function databasesLike(server: Client, pattern: string): Promise<string[]> {
  const { rows } = await server.query<{ datname: string }>("select datname from pg_database where datname like $1", [pattern]);
  return rows.map((row) => row.datname);
}

function hashOfMigrations(): string {
  const hash = createHash("sha256").update(JSON.stringify(LOG_ROLES)).update(readFileSync(ROLES));
  for (const file of readdirSync(MIGRATIONS).filter((name) => name.endsWith(".sql")).sort()) {
    hash.update(file).update(readFileSync(join(MIGRATIONS, file)));
  }
  return hash.digest("hex").slice(0, 16);
}

function serverUrl(): string {
  const url = process.env[SERVER_VARIABLE];
  if (!url) throw new Error("The tests' database server is not running: run tests with jest, whose configuration names test/support/global-setup.ts");
  return url;
}

function existsProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
