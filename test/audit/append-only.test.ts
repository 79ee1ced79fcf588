import type { Tx } from "../../src/platform/database/sql";
import { KEEPER, LOG_ROLES, SEQUENCER } from "../../src/audit/storage/log-roles";
import { setup, type World } from "../support/setup";
import { dropWholly, logEntries } from "./logged-world";

const APP = LOG_ROLES.ordinary.name;
const OWNER = "none";

let world: World;
beforeAll(async () => {
  world = await setup();
  // Entries that are dropped, entries that stand, and an entry that waits for its place.
  await logEntries(world.deps, 20, (at) => ({ action: "access.data", actor: "ada", subjects: [`0190a0a0-0000-7000-8000-0000000000${at + 10}`] }));
  world.clock.advance("P2D");
  const before = new Date(world.clock.now().getTime() - 24 * 60 * 60 * 1000);
  await dropWholly(world.deps, { actor: "ada", before });
  await logEntries(world.deps, 20, (at) => ({ action: "access.data", actor: "ada", subjects: [`0190a0a0-0000-7000-8000-0000000000${at + 10}`] }));
  await world.deps.transaction((tx) => tx.execute("testCosignature", "insert into audit_cosignatures select size, 'w', '— w c2ln', $1 from audit_checkpoints limit 1", [tx.now]));
  await logWaiting();
});
afterAll(() => world?.close());

const logWaiting = (): Promise<unknown> =>
  world.deps.transaction((tx) =>
    tx.execute(
      "testWaiting",
      `with id as (insert into audit_inbox (id, entry, recorded_at) values (gen_random_uuid(), '\\x00', $1) returning id)
       insert into audit_entry_facts (id, at, action, actor, outcome) select id, $1, 'test.wait', 'ada', 'ok' from id`,
      [tx.now],
    ),
  );

class Undo extends Error {}

/** The message with which the database refuses the statement to a role, or `done`; all is taken back. */
async function attempt(role: string, sql: string): Promise<string> {
  let answer = "";
  const work = async (tx: Tx): Promise<never> => {
    await tx.manager.query(`set local role ${role}`);
    await tx.manager.query(sql);
    answer = "done";
    throw new Undo();
  };
  await world.deps.transaction(work).catch((error: Error) => {
    if (!(error instanceof Undo)) answer = error.message;
  });
  return answer;
}

const REFUSED = /append-only|permission denied/;

interface Table {
  readonly name: string;
  readonly change: string;
  /** Rows that nobody may delete. */
  readonly standing?: string;
}

const TABLES: readonly Table[] = [
  { name: "audit_inbox", change: "recorded_at = recorded_at" },
  { name: "audit_entries", change: "entry = entry" },
  { name: "audit_entry_facts", change: "actor = 'eve'" },
  { name: "audit_entry_subjects", change: "pid = gen_random_uuid()" },
  { name: "audit_combinations", change: "terms = '{}'" },
  { name: "audit_checkpoints", change: "note = note" },
  { name: "audit_cosignatures", change: "line = line" },
  { name: "audit_dropped_ranges", change: "to_index = to_index + 1" },
];

/** Who holds the places and the tree changes these rows, and takes none away. */
const HEADS: readonly string[] = ["audit_log", "audit_tree", "audit_tiles"];

describe.each([APP, SEQUENCER, KEEPER, OWNER])("as %s", (role) => {
  test.each(TABLES)("no row of $name is updated, deleted where it stands, or truncated", async ({ name, change }) => {
    expect(await world.deps.db.query(`testHas_${name}`, `select from ${name} limit 1`)).toHaveLength(1);
    expect(await attempt(role, `update ${name} set ${change}`)).toMatch(REFUSED);
    expect(await attempt(role, `delete from ${name}`)).toMatch(REFUSED);
    expect(await attempt(role, `truncate ${name} cascade`)).toMatch(REFUSED);
  });

  test.each(HEADS)("no row of %s is deleted or truncated", async (name) => {
    expect(await attempt(role, `delete from ${name}`)).toMatch(REFUSED);
    expect(await attempt(role, `truncate ${name} cascade`)).toMatch(REFUSED);
  });
});

describe.each([APP, KEEPER])("as %s", (role) => {
  test.each(HEADS)("no row of %s is changed", async (name) => {
    expect(await attempt(role, `update ${name} set ${name === "audit_tiles" ? "hashes = hashes" : name === "audit_log" ? "next_index = 0" : "size = 0"}`)).toMatch(
      `permission denied for table ${name}`,
    );
  });

  test.each(["audit_entries", "audit_tiles", "audit_checkpoints"])("nothing is put into %s past the sequencer", async (name) => {
    expect(await attempt(role, `insert into ${name} select * from ${name}`)).toMatch(`permission denied for table ${name}`);
  });
});

test.each(["audit_combinations", "access_event_ids"])("ordinary connections only append to %s", async (name) => {
  expect(await attempt(APP, `delete from ${name}`)).toMatch(`permission denied for table ${name}`);
  expect(await attempt(APP, `insert into ${name} select * from ${name}`)).toBe("done");
});

test("ordinary connections cannot say that entries are dropped", async () => {
  const sql = "insert into audit_dropped_ranges values (1000, 2000, gen_random_uuid(), '2026-03-04')";
  expect(await attempt(APP, sql)).toMatch("permission denied for table audit_dropped_ranges");
  expect(await attempt(SEQUENCER, sql)).toMatch("permission denied for table audit_dropped_ranges");
});

test("entries are deleted within dropped ranges only, and their facts and subjects only after them", async () => {
  const one = (where: string) => `delete from audit_entries where leaf_index = (select ${where} from audit_entries)`;
  expect(await attempt(KEEPER, one("min(leaf_index)"))).toMatch("entries outside a logged range are not deleted");
  const range = "insert into audit_dropped_ranges select min(leaf_index), min(leaf_index) + 1, gen_random_uuid(), '2026-03-04' from audit_entries";
  expect(await attempt(KEEPER, `${range}; ${one("min(leaf_index)")}`)).toBe("done");
  expect(await attempt(KEEPER, `${range}; ${one("min(leaf_index) + 1")}`)).toMatch("entries outside a logged range are not deleted");
  expect(await attempt(KEEPER, "delete from audit_entry_facts where id in (select id from audit_inbox)")).toMatch("facts of an entry that stands are not deleted");
  expect(await attempt(KEEPER, "delete from audit_entry_subjects where entry_id in (select id from audit_entries)")).toMatch("whom an entry that stands concerns is not deleted");
});

test("an entry leaves the inbox only for its place in the log", async () => {
  expect(await attempt(SEQUENCER, "delete from audit_inbox")).toMatch("an entry leaves the inbox only for its place in the log");
  const place = "insert into audit_entries select next_index, id, entry from audit_inbox, audit_log";
  expect(await attempt(SEQUENCER, `${place}; delete from audit_inbox`)).toBe("done");
});

test("ordinary connections read and write everything else, and change no tables", async () => {
  const others = await world.deps.db.query<{ name: string }>(
    "testOthers",
    "select tablename as name from pg_tables where schemaname = 'public' and tablename !~ '^audit_|^access_event_ids$|^migrations$'",
  );
  expect(others.length).toBeGreaterThan(20);
  for (const { name } of others) {
    expect(await world.deps.db.query(`testRights_${name}`, `select has_table_privilege('${name}', 'select') and has_table_privilege('${name}', 'insert') and has_table_privilege('${name}', 'update') and has_table_privilege('${name}', 'delete') as all`)).toEqual([{ all: true }]);
  }
  expect(await attempt(APP, "drop table audit_inbox")).toMatch("must be owner of table audit_inbox");
  expect(await attempt(APP, "alter table audit_entries disable trigger all")).toMatch("must be owner of table audit_entries");
  expect(await attempt(APP, "create table mine (id integer)")).toMatch("permission denied for schema public");
  expect(await attempt(APP, "delete from migrations")).toMatch("permission denied for table migrations");
});
