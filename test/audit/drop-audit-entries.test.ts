import { appendAuditEntry, type NewAuditEntry } from "../../src/audit";
import { createDropAuditEntriesJob } from "../../src/audit/jobs/drop-audit-entries-job";
import { readTiles } from "../../src/audit/storage/log-queries";
import { openSigner } from "../../src/audit/outbound/checkpoint-signer";
import { listAuditEntries } from "../../src/audit/storage/audit-queries";
import { checkLog, checkPresentLog } from "../../src/audit/use-cases/check-log";
import { dropAuditEntries, finishDrops } from "../../src/audit/use-cases/drop-audit-entries";
import { recordAccessEvents } from "../../src/audit/use-cases/record-access";
import { sequenceEntries } from "../../src/audit/use-cases/sequence-entries";
import { addPeriod } from "../../src/platform/calendar";
import type { Tx } from "../../src/platform/database/sql";
import type { Deps } from "../../src/platform/deps";
import { proveInclusion } from "../../src/protocol/tlog/proofs";
import { hashesFromTiles } from "../../src/protocol/tlog/tiles";
import { findOrMakeAccessed, findPidsByIdentifiers } from "../../src/subjects";
import { setup, type World } from "../support/setup";
import { dropWholly, logEntries, publishAll, tamper } from "./logged-world";
import { accessOf } from "./support/access-world";

let world: World;
let deps: Deps;
beforeEach(async () => {
  world = await setup({ config: { CADASTRE_AUDIT_KEEP: "P30D" } });
  ({ deps } = world);
});
afterEach(() => world.close());

const dayAgo = (): Date => addPeriod(deps.clock.now(), "-P1D");
/** Drops what was logged until now, a day later. */
const dropAll = (finisher: Deps = deps) => {
  world.clock.advance("P1D");
  return dropWholly(deps, { actor: "ada", before: dayAgo() }, finisher);
};
const check = async () => {
  await publishAll(deps);
  return checkPresentLog(deps, {});
};
const standing = async (): Promise<number[]> =>
  (await deps.db.query<{ index: number }>("testStanding", "select leaf_index::int as index from audit_entries order by 1")).map(({ index }) => index);
const count = async (table: string): Promise<number> =>
  (await deps.db.query<{ count: number }>(`testCount_${table}`, `select count(*)::int as count from ${table}`))[0]!.count;
const drops = async () => {
  await publishAll(deps);
  const rows = await deps.db.query<{ entry: Buffer }>(
    "testDrops", "select e.entry from audit_entries e join audit_entry_facts f on f.id = e.id where f.action = 'audit.drop-audit-entries' order by e.leaf_index",
  );
  return rows.map(({ entry }) => JSON.parse(entry.toString()) as Record<string, unknown>);
};

/** Entries of one instant may change places. */
async function logInOrder(actions: readonly string[]): Promise<void> {
  await deps.transaction(async (tx) => {
    for (const action of actions) {
      world.clock.advance("PT0.001S");
      await appendAuditEntry(tx, { action, actor: "ada" });
    }
  });
  await publishAll(deps);
}

describe("a drop", () => {
  test("takes away what a checkpoint signed by then covers and nothing later, and says so in the log", async () => {
    await logEntries(deps, 300);
    world.clock.advance("PT1H");
    const before = world.clock.now();
    world.clock.advance("PT1S");
    await logEntries(deps, 10);
    world.clock.advance("P1D");

    expect(await dropWholly(deps, { actor: "ada", before })).toEqual({ id: "leaves:0-300", ranges: 1, entries: 300 });
    expect(await drops()).toEqual([expect.objectContaining({ action: "audit.drop-audit-entries", actor: "ada", object: "leaves:0-300", source: "0-300", outcome: "ok" })]);
    expect(await standing()).toEqual([300, 301, 302, 303, 304, 305, 306, 307, 308, 309, 310]);
    const { edges } = await listAuditEntries(deps.db, {}, { first: 100, newestFirst: false });
    expect(edges.map(({ node }) => node.leafIndex)).toEqual(await standing());
    expect(await check()).toMatchObject({ ok: true, size: 311, entries: 11, dropped: 300 });
  });

  test("takes nothing away before a checkpoint covers the entry that names it", async () => {
    await logEntries(deps, 5);
    world.clock.advance("P1D");
    await dropAuditEntries(deps, { actor: "ada", before: dayAgo() });
    expect(await finishDrops(deps)).toBe(0);
    await sequenceEntries(deps);
    expect(await finishDrops(deps)).toBe(0);
    await publishAll(deps);
    expect(await finishDrops(deps)).toBe(5);
  });

  test("leaves the tree and its proofs as they are", async () => {
    await logEntries(deps, 300);
    const proof = () => proveInclusion(7, 300, hashesFromTiles(300, (wanted) => readTiles(deps.db, wanted)));
    const tiles = () => deps.db.query("testTiles", "select * from audit_tiles order by level, tile");
    world.clock.advance("P1D");
    await dropAuditEntries(deps, { actor: "ada", before: dayAgo() });
    await publishAll(deps);
    const [before, tilesBefore] = [await proof(), await tiles()];
    expect(await finishDrops(deps)).toBe(300);
    expect(await proof()).toEqual(before);
    expect(await tiles()).toEqual(tilesBefore);
  });

  test("changes nothing where nothing is left to drop", async () => {
    expect(await dropAll()).toEqual({ id: null, ranges: 0, entries: 0 });
    await logEntries(deps, 3);
    world.clock.advance("P1D");
    const before = dayAgo();
    expect((await dropWholly(deps, { actor: "ada", before })).entries).toBe(3);
    expect(await dropAuditEntries(deps, { actor: "ada", before })).toEqual({ id: null, ranges: 0, entries: 0 });
    expect(await drops()).toHaveLength(1);
  });

  test("takes nothing that was logged later and has an earlier time, because the clock was set back", async () => {
    await logEntries(deps, 2);
    world.clock.advance("PT2H");
    await logEntries(deps, 2);
    world.clock.advance("-PT90M");
    await logEntries(deps, 2);
    const before = addPeriod(deps.clock.now(), "PT30M");
    world.clock.advance("P2D");
    expect(await dropWholly(deps, { actor: "ada", before })).toMatchObject({ id: "leaves:0-2", entries: 2 });
  });

  test("of what lies less than a day back is refused", async () => {
    const before = new Date(dayAgo().getTime() + 1);
    await expect(dropAuditEntries(deps, { actor: "ada", before })).rejects.toThrow("before: must lie at least 24 hours back");
  });

  test("goes around the entries that say what was dropped, recovered and erased", async () => {
    const actions = ["a.b", "subject.erased", "a.b", "audit.recover-audit-log", "subject.erased", "a.b"];
    await logInOrder(actions);
    expect(await dropAll()).toEqual({ id: "leaves:0-6", ranges: 3, entries: 3 });
    // The first drop's own entry is 6.
    expect(await standing()).toEqual([1, 3, 4, 6]);
    await logEntries(deps, 2);
    expect(await dropAll()).toEqual({ id: "leaves:7-9", ranges: 1, entries: 2 });
    expect(await check()).toMatchObject({ ok: true, dropped: 5 });
    expect((await drops()).map(({ source }) => source)).toEqual(["0-1,2-3,5-6", "7-9"]);
    expect(await standing()).toEqual([1, 3, 4, 6, 9]);
  });

  test("of more ranges than one entry can name has several", async () => {
    await logInOrder(Array.from({ length: 2400 }, (_, at) => (at % 2 ? "subject.erased" : "a.b")));
    expect(await dropAll()).toEqual({ id: "leaves:0-1999", ranges: 1200, entries: 1200 });
    expect((await drops()).map(({ object }) => object).sort()).toEqual(["leaves:0-1999", "leaves:2000-2399"]);
    expect(await check()).toMatchObject({ ok: true, dropped: 1200 });
  });

  test("done by two at once names each range once", async () => {
    await logEntries(deps, 50);
    world.clock.advance("P1D");
    const both = await Promise.all([1, 2].map(() => dropWholly(deps, { actor: "ada", before: dayAgo() })));
    expect(both.map(({ ranges }) => ranges).sort()).toEqual([0, 1]);
    expect(await check()).toMatchObject({ ok: true, dropped: 50 });
  });

  test("hides no other missing entry", async () => {
    await logEntries(deps, 20);
    await dropAll();
    await publishAll(deps);
    await logEntries(deps, 20);
    expect(await check()).toMatchObject({ ok: true });
    const trusted = openSigner(deps.config, deps.keyring).vkeys(deps.config.auditOrigin);
    const found = (...statements: string[]) => tamper(deps, statements, (tx) => checkLog(tx, { trusted }));
    expect(await found()).toMatchObject({ ok: true });
    const entry = "delete from audit_entries where leaf_index = 25";
    expect(await found(entry)).toMatchObject({ ok: false, faultyIndex: 25 });
    // Nor does a range that the log does not name.
    const range = "insert into audit_dropped_ranges select 25, 26, logged_by, dropped_at from audit_dropped_ranges";
    expect(await found(entry, range)).toMatchObject({ ok: false, faultyIndex: 25 });
  });
});

describe("a drop that is interrupted", () => {
  /** Fails at the second portion. */
  const failing = (): Deps => {
    let portions = 0;
    const counted = (tx: Tx): Tx => ({
      ...tx,
      query: (name, text, values) => {
        if (name === "deleteEntries" && (portions += 1) === 2) throw new Error("the power fails");
        return tx.query(name, text, values);
      },
    });
    return { ...deps, transaction: (work) => deps.transaction((tx) => work(counted(tx))) };
  };

  test("leaves a log in which nothing is wrong, and is finished by the next look", async () => {
    await logEntries(deps, 4500);
    await expect(dropAll(failing())).rejects.toThrow("the power fails");
    expect(await count("audit_entries")).toBe(2501);
    expect(await check()).toMatchObject({ ok: true });

    expect(await finishDrops(deps)).toBe(2500);
    expect(await finishDrops(deps)).toBe(0);
    expect(await standing()).toEqual([4500]);
    expect([await count("audit_entry_facts"), (await drops()).length]).toEqual([1, 1]);
    expect(await check()).toMatchObject({ ok: true, dropped: 4500 });
  });
});

describe("persons in dropped entries", () => {
  const [ada, bob] = ["ada@example.org", "bob@example.org"].map((value) => ({ type: "email", value })) as [{ type: string; value: string }, { type: string; value: string }];
  const access = (name: string, identifier: typeof ada) => recordAccessEvents(deps, [{ event: accessOf(name, { identifier }), reporter: "service:crm" }]);
  const known = async () => [await findPidsByIdentifiers(deps.db, [ada]), await findPidsByIdentifiers(deps.db, [bob])].map((pids) => pids.length);

  test("are forgotten where no entry names them any more, with the ids of what was reported", async () => {
    await access("1", ada);
    await access("2", bob);
    await publishAll(deps);
    world.clock.advance("PT1S");
    const before = deps.clock.now();
    world.clock.advance("PT1S");
    await access("3", bob);
    await publishAll(deps);
    world.clock.advance("P1D");
    expect(await dropWholly(deps, { actor: "ada", before })).toMatchObject({ entries: 2 });
    expect(await known()).toEqual([0, 1]);
    expect([await count("access_event_ids"), await count("audit_entry_subjects")]).toEqual([1, 1]);
    expect(await check()).toMatchObject({ ok: true });
  });

  test("stay known where an access to their data is just being recorded", async () => {
    await access("1", ada);
    await publishAll(deps);
    await deps.transaction(async (tx) => {
      const [pid] = await findOrMakeAccessed(tx, [ada]);
      expect(await dropAll()).toMatchObject({ entries: 1 });
      await appendAuditEntry(tx, { action: "access.data", actor: "clerk", subjects: [pid!] });
    });
    expect(await known()).toEqual([1, 0]);
  });

  test("stay known where an entry that has no place yet names them", async () => {
    await access("1", ada);
    await publishAll(deps);
    const [pid] = await findPidsByIdentifiers(deps.db, [ada]);
    await deps.transaction((tx) => appendAuditEntry(tx, { action: "audit.audit-entries", actor: "ada", subjects: [pid!] }));
    expect(await dropAll()).toMatchObject({ entries: 1 });
    expect(await known()).toEqual([1, 0]);
  });
});

describe("the daily job", () => {
  const entry: NewAuditEntry = { action: "a.b", actor: "ada" };
  const log = () => logEntries(deps, 1, () => entry);

  test("drops once a day what is older than entries are kept, no more often", async () => {
    const job = createDropAuditEntriesJob(deps);
    const run = async () => {
      await job.runOnce();
      await publishAll(deps);
      await job.runOnce();
    };
    await log();
    world.clock.advance("PT1H");
    await log();
    await run();
    world.clock.advance("P29DT22H");
    await run();
    expect(await standing()).toEqual([0, 1]);
    world.clock.advance("PT1H");
    await run();
    expect(await standing()).toEqual([1, 2]);
    expect((await drops()).map(({ actor, source }) => [actor, source])).toEqual([["cadastre", "0-1"]]);

    // The second entry's time is over an hour later, but the day is not.
    for (let hour = 1; hour < 24; hour += 1) {
      expect(await standing()).toContain(1);
      world.clock.advance("PT1H");
      await run();
    }
    expect((await drops()).map(({ source }) => source)).toEqual(["0-1", "1-2"]);
    expect(await standing()).toEqual([2, 3]);
    expect(await check()).toMatchObject({ ok: true });
  });

  test("leaves everything where entries are kept for ever", async () => {
    await log();
    world.clock.advance("P9Y");
    await createDropAuditEntriesJob({ ...deps, config: { ...deps.config, auditKeep: undefined } }).runOnce();
    expect(await standing()).toEqual([0]);
  });
});
