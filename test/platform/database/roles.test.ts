import { randomBytes } from "node:crypto";
import type { DataSource } from "typeorm";
import { createDataSource } from "../../../src/platform/database/data-source";
import { type DatabaseRoles, ensureRoles } from "../../../src/platform/database/roles";
import { createOwnDatabase, type OwnDatabase } from "../../support/logins";

const TABLES = "create table notes (id integer generated always as identity, text text); create table ledger (id integer); create table migrations (id integer)";

let roles: DatabaseRoles;
let names: { app: string; clerk: string };
const opened: { source: DataSource[]; databases: OwnDatabase[] } = { source: [], databases: [] };

beforeEach(() => {
  const mark = randomBytes(4).toString("hex");
  names = { app: `test_app_${mark}`, clerk: `test_clerk_${mark}` };
  roles = { ordinary: { name: names.app, restricted: { ledger: ["SELECT", "INSERT"] } }, duties: { [names.clerk]: { ledger: ["DELETE"] } } };
});
afterEach(async () => {
  await Promise.all(opened.source.splice(0).map((source) => source.destroy()));
  // The roles can go when no database has anything that is theirs.
  const [last, ...others] = opened.databases.splice(0);
  for (const database of others) await database.drop();
  await last?.drop([names.clerk, names.app]);
});

async function open(rights?: string): Promise<OwnDatabase & { source: DataSource }> {
  const database = await createOwnDatabase(rights);
  opened.databases.push(database);
  const source = await connect(database.url);
  await source.query(TABLES);
  return { ...database, source };
}

async function connect(url: string, role?: string): Promise<DataSource> {
  const source = await createDataSource(url, { poolSize: 2, role }).initialize();
  opened.source.push(source);
  return source;
}

const refusal = (work: Promise<unknown>): Promise<string> => work.then(() => "done", (error: Error) => error.message);

/** What the catalogue says of rights and roles, and in which transactions it was written. */
const writtenRights = (source: DataSource): Promise<unknown> =>
  source.query(
    `select array(select (relname, relacl, xmin)::text from pg_class where relnamespace = 'public'::regnamespace order by 1) as tables,
            array(select (rolname, xmin)::text from pg_authid where rolname like 'test_%' || right($1, 8) order by 1) as roles`,
    [names.app],
  );

test("a login that may create roles gets them, and connections act as the ordinary one", async () => {
  const { url, source } = await open("createrole");
  expect(await ensureRoles(source, roles)).toEqual({ role: names.app });
  const app = await connect(url, names.app);
  expect(await app.query("select current_user as who")).toEqual([{ who: names.app }]);
  await app.query("insert into notes (text) values ('x'); update notes set text = 'y'; delete from notes; insert into ledger values (1)");
  expect(await app.query("select id from ledger")).toEqual([{ id: 1 }]);
  expect(await refusal(app.query("update ledger set id = 2"))).toBe("permission denied for table ledger");
  expect(await refusal(app.query("delete from ledger"))).toBe("permission denied for table ledger");
  expect(await refusal(app.query("delete from migrations"))).toBe("permission denied for table migrations");
});

test("a duty may what the ordinary role may, and what is its own", async () => {
  const { url, source } = await open("createrole");
  await ensureRoles(source, roles);
  const app = await connect(url, names.app);
  expect(await refusal(app.query(`begin; set local role ${names.clerk}; insert into notes (text) values ('x'); delete from ledger; commit`))).toBe("done");
  expect(await refusal(app.query(`begin; set local role ${names.clerk}; update ledger set id = 2; commit`))).toBe("permission denied for table ledger");
});

test("what is right already is not touched, and what is not is put right", async () => {
  const { url, login, source, administer } = await open();
  await administer(`create role ${names.app}; create role ${names.clerk} in role ${names.app}; grant ${names.app}, ${names.clerk} to ${login}`);
  await ensureRoles(source, roles);
  const admin = new URL(process.env.CADASTRE_TEST_SERVER_URL!);
  admin.pathname = new URL(url).pathname;
  const catalogue = await connect(admin.href);
  const before = await writtenRights(catalogue);
  expect(await ensureRoles(source, roles)).toEqual({ role: names.app });
  expect(await writtenRights(catalogue)).toEqual(before);

  await source.query(`grant update on ledger to ${names.app}; revoke insert on notes from ${names.app}; create table more (id integer)`);
  await ensureRoles(source, roles);
  const app = await connect(url, names.app);
  expect(await refusal(app.query("update ledger set id = 2"))).toBe("permission denied for table ledger");
  expect(await refusal(app.query("insert into notes (text) values ('x'); insert into more values (1)"))).toBe("done");
});

test("processes and databases of one server that do so at once all succeed", async () => {
  const databases = [await open("superuser"), await open("superuser"), await open("superuser")];
  const sources = [...databases.map(({ source }) => source), await connect(databases[0]!.url), await connect(databases[1]!.url)];
  expect(await Promise.all(sources.map((source) => ensureRoles(source, roles)))).toEqual(sources.map(() => ({ role: names.app })));
});

test("a login that may not create roles is told what an administrator has to run, and that is enough", async () => {
  const { url, login, source, administer } = await open();
  const { role, reason } = (await ensureRoles(source, roles)) as { role?: string; reason: string };
  expect([role, reason]).toEqual([
    undefined,
    `permission denied to create role; let an administrator run: create role ${names.app} nologin; create role ${names.clerk} nologin; ` +
      `grant ${names.app} to ${names.clerk}; grant ${names.app}, ${names.clerk} to <the user of DATABASE_URL>`,
  ]);
  await administer(reason.slice(reason.indexOf("run: ") + 5).replace("<the user of DATABASE_URL>", login));
  expect(await ensureRoles(source, roles)).toEqual({ role: names.app });
  expect(await refusal((await connect(url, names.app)).query("delete from ledger"))).toBe("permission denied for table ledger");
});

test("a login that owns nothing and is a member of the roles acts as them, and cannot become more", async () => {
  const { url, source, administer } = await open("createrole");
  await ensureRoles(source, roles);
  const server = `${names.app}_server`;
  await administer(`create role ${server} login password 'secret' in role ${names.app}, ${names.clerk}`);
  try {
    const serving = new URL(url);
    serving.username = server;
    const served = await connect(serving.href);
    expect(await ensureRoles(served, roles)).toEqual({ role: names.app });
    expect(await refusal(served.query("update ledger set id = 2"))).toBe("permission denied for table ledger");
    await served.destroy();
    opened.source.splice(opened.source.indexOf(served), 1);
  } finally {
    await administer(`drop role ${server}`);
  }
});
