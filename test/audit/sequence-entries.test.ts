import { appendAuditEntries, appendAuditEntry } from "../../src/audit";
import { insertSequenced } from "../../src/audit/storage/log-store";
import { SEQUENCER } from "../../src/audit/storage/log-roles";
import { MOST_ENTRIES, sequenceEntries } from "../../src/audit/use-cases/sequence-entries";
import { actAs } from "../../src/platform/database/roles";
import { setup, type World } from "../support/setup";
import { waitFor } from "../support/wait-for";

const ENTRY = { action: "catalog.register-service", actor: "ada" };

let world: World;
beforeEach(async () => void (world = await setup()));
afterEach(() => world.close());

const append = (count: number): Promise<void> => world.deps.transaction((tx) => appendAuditEntries(tx, Array.from({ length: count }, () => ENTRY)));
const inbox = () => world.deps.db.query<{ id: string; entry: Buffer }>("testInbox", "select id, entry from audit_inbox order by id");
const logged = () => world.deps.db.query<{ id: string; entry: Buffer; index: number }>("testLogged", 'select id, entry, leaf_index::float8 as "index" from audit_entries order by leaf_index');
const nextIndex = async () => (await world.deps.db.query<{ next: number }>("testNext", "select next_index::float8 as next from audit_log"))[0]?.next;
const places = async () => (await logged()).map(({ index }) => index);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** As a batch of accesses does. */
const insertBatch = (count: number): Promise<number> =>
  world.deps.transaction(async (tx) => {
    await actAs(tx, SEQUENCER);
    return insertSequenced(tx, upTo(count).map((at) => ({ id: tx.ids.uuid(), bytes: Buffer.from(`{"entry":${at}}`) })));
  });

test("committed entries get their places from 0 on, the oldest first, and keep their bytes", async () => {
  await append(2);
  await append(3);
  const waiting = await inbox();
  expect(await sequenceEntries(world.deps)).toBe(5);
  expect(await logged()).toEqual(waiting.map(({ id, entry }, index) => ({ id, entry, index })));
  expect(await inbox()).toEqual([]);
  expect(await nextIndex()).toBe(5);
});

test("where nothing waits nothing is written", async () => {
  await append(1);
  await sequenceEntries(world.deps);
  const version = () => world.deps.db.query("testVersion", "select xmin, xmax, ctid from audit_log");
  const before = await version();
  expect(await sequenceEntries(world.deps)).toBe(0);
  expect(await version()).toEqual(before);
});

test("one run takes no more than a portion", async () => {
  await append(MOST_ENTRIES + 1);
  expect([await sequenceEntries(world.deps), await sequenceEntries(world.deps), await sequenceEntries(world.deps)]).toEqual([MOST_ENTRIES, 1, 0]);
});

test("an entry whose change is not committed gets no place, and holds nobody up", async () => {
  const { deps } = world;
  let commit = (): void => undefined;
  const held = new Promise<void>((resolve) => (commit = resolve));
  let written = false;
  const open = deps.transaction(async (tx) => {
    await appendAuditEntry(tx, ENTRY);
    written = true;
    await held;
  });
  await waitFor(() => written);
  await append(2);
  expect(await sequenceEntries(deps)).toBe(2);
  commit();
  await open;
  expect(await sequenceEntries(deps)).toBe(1);
  expect(await places()).toEqual([0, 1, 2]);
});

test("sequencers take what no other has in hand, and none waits for another's entries", async () => {
  const { deps } = world;
  await append(3);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let locked = false;
  const other = deps.transaction(async (tx) => {
    await actAs(tx, SEQUENCER);
    await tx.query("testHold", "select id from audit_inbox order by id limit 2 for update");
    locked = true;
    await held;
  });
  await waitFor(() => locked);
  expect(await sequenceEntries(deps)).toBe(1);
  release();
  await other;
  expect(await sequenceEntries(deps)).toBe(2);
});

test("however many sequence, append and insert batches at once, no place is given twice and none is left out", async () => {
  let appending = 8;
  const appenders = upTo(8).map(async () => {
    for (let at = 0; at < 25; at += 1) await append(3);
    appending -= 1;
  });
  const batches = upTo(2).map(async () => {
    for (let at = 0; at < 20; at += 1) await insertBatch(7);
  });
  const sequencers = upTo(3).map(async () => {
    while (appending > 0) await sequenceEntries(world.deps);
  });
  await Promise.all([...appenders, ...batches, ...sequencers]);
  while ((await sequenceEntries(world.deps)) > 0);

  expect(await places()).toEqual(upTo(8 * 25 * 3 + 2 * 20 * 7));
  expect(await nextIndex()).toBe(880);
  expect(await inbox()).toEqual([]);
});

test("a batch has its places in its order, behind what came before", async () => {
  await append(1);
  await sequenceEntries(world.deps);
  expect(await insertBatch(3)).toBe(1);
  expect((await logged()).slice(1).map(({ entry }) => entry.toString())).toEqual(['{"entry":0}', '{"entry":1}', '{"entry":2}']);
});

test("a batch that is not committed leaves no gap", async () => {
  const failing = world.deps.transaction(async (tx) => {
    await actAs(tx, SEQUENCER);
    await insertSequenced(tx, [{ id: tx.ids.uuid(), bytes: Buffer.from("{}") }]);
    throw new Error("the process ended");
  });
  await expect(failing).rejects.toThrow("the process ended");
  expect(await insertBatch(1)).toBe(0);
});

test("10,000 entries have their places within a second", async () => {
  await append(5000);
  await append(5000);
  const began = performance.now();
  while ((await sequenceEntries(world.deps)) > 0);
  expect(performance.now() - began).toBeLessThan(1000);
  expect(await nextIndex()).toBe(10_000);
});
