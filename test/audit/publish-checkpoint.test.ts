import { copyFileSync, existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { appendAuditEntries, appendAuditEntry, measureLog } from "../../src/audit";
import { createPublishCheckpointsJob } from "../../src/audit/jobs/publish-checkpoints-job";
import { HighWater } from "../../src/audit/storage/high-water";
import { SEQUENCER } from "../../src/audit/storage/log-roles";
import { publishCheckpoint, SignerStopped } from "../../src/audit/use-cases/publish-checkpoint";
import { sequenceEntries } from "../../src/audit/use-cases/sequence-entries";
import type { Keyring } from "../../src/platform/crypto/keyring";
import { newKeys, rotateSigningKey, type KeysFile } from "../../src/platform/crypto/keys-file";
import { actAs } from "../../src/platform/database/roles";
import type { Tx } from "../../src/platform/database/sql";
import type { Deps } from "../../src/platform/deps";
import { openCheckpoint, type OpenedCheckpoint } from "../../src/protocol/tlog/checkpoint";
import { EMPTY_ROOT, GrowingTree, leafHash } from "../../src/protocol/tlog/merkle-tree";
import { ED25519, type Vkey, vkeyOf } from "../../src/protocol/tlog/signed-note";
import { tilesIn } from "../../src/protocol/tlog/tiles";
import { readTiles } from "../../src/audit/storage/log-queries";
import { asOwner } from "../support/as-owner";
import { setup, type World } from "../support/setup";
import { waitFor } from "../support/wait-for";
import { logEntries, publishAll } from "./logged-world";
import { backUpLog, restoreLog } from "./support/restored-log";

const ORIGIN = "log.example/audit";

let world: World;
const worlds: World[] = [];
beforeEach(async () => void (world = await open({ CADASTRE_AUDIT_ORIGIN: ORIGIN })));
afterEach(async () => void (await Promise.all(worlds.splice(0).map((each) => each.close()))));

async function open(config: Record<string, string>): Promise<World> {
  const opened = await setup({ config });
  worlds.push(opened);
  return opened;
}

async function restore(backup: Record<string, unknown>, keysFile: string): Promise<World> {
  const restored = await restoreLog(backup, keysFile);
  worlds.push(restored);
  return restored;
}

const markOf = ({ deps }: World): string => new HighWater(deps.config.keysFile).file;
const vkeys = (keyring: Keyring): Vkey[] => keyring.auditKeys.map(({ privateKey }) => vkeyOf(ORIGIN, ED25519, privateKey));
const checkpoints = async ({ deps }: World): Promise<OpenedCheckpoint[]> =>
  (await deps.db.query<{ note: string }>("testNotes", "select note from audit_checkpoints order by size")).map(({ note }) => openCheckpoint(note, vkeys(deps.keyring)));
const sizes = async (of = world): Promise<number[]> => (await checkpoints(of)).map(({ size }) => size);
const append = (count: number): Promise<void> =>
  world.deps.transaction((tx) => appendAuditEntries(tx, Array.from({ length: count }, (_, at) => ({ action: "catalog.register-service", actor: "ada", object: `service:s${at}` }))));

/** Many small entries at once, behind those that are there. */
const fillTo = ({ deps }: World, size: number): Promise<void> =>
  deps.transaction(async (tx) => {
    await actAs(tx, SEQUENCER);
    await tx.execute(
      "testFill",
      `with log as (update audit_log set next_index = $1 returning next_index)
       insert into audit_entries select i, gen_random_uuid(), convert_to('{"entry":' || i || '}', 'UTF8')
       from generate_series((select next_index from audit_log), $1::bigint - 1) as i`,
      [size],
    );
  });

const refusal = async (of = world): Promise<SignerStopped> => {
  const error: unknown = await publishCheckpoint(of.deps).then(() => undefined, (thrown: unknown) => thrown);
  if (!(error instanceof SignerStopped)) throw new Error(`expected the signer to stop, got ${String(error)}`);
  return error;
};

describe("checkpoints", () => {
  test("an empty log has one, of no entries, and its name is settled with it", async () => {
    expect(await publishCheckpoint(world.deps)).toBe(false);
    expect(await checkpoints(world)).toMatchObject([{ origin: ORIGIN, size: 0, root: EMPTY_ROOT }]);
    const renamed = { ...world.deps, config: { ...world.deps.config, auditOrigin: "other.example" } };
    await logEntries({ ...renamed, transaction: (work) => world.deps.transaction((tx) => work({ ...tx, config: renamed.config })) }, 1);
    expect((await checkpoints(world)).map(({ origin }) => origin)).toEqual([ORIGIN, ORIGIN]);
  });

  test("without new entries nothing is signed and nothing is written", async () => {
    await logEntries(world.deps, 3);
    const state = () => world.deps.db.query("testState", "select t.xmin, t.xmax, l.xmin as log_xmin, l.xmax as log_xmax, (select count(*) from audit_checkpoints) from audit_tree t, audit_log l");
    const before = [await state(), statSync(markOf(world)).mtimeMs];
    await publishCheckpoint(world.deps);
    expect([await state(), statSync(markOf(world)).mtimeMs]).toEqual(before);
  });

  test("across the borders of tiles of every level, the root is that of all leaves and each tile is there", async () => {
    const borders = [1, 255, 256, 257, 511, 65_535, 65_536, 65_537, 65_793];
    for (const size of borders) {
      await fillTo(world, size);
      await publishAll(world.deps);
    }
    const tree = new GrowingTree();
    const roots = new Map<number, Buffer>();
    for (let at = 0; at < borders.at(-1)!; at += 1) {
      tree.append(leafHash(Buffer.from(`{"entry":${at}}`)));
      roots.set(tree.size, tree.root());
    }
    expect((await checkpoints(world)).map(({ size, root }) => [size, root])).toEqual(borders.map((size) => [size, roots.get(size)]));
    const tiles = [...tilesIn(borders.at(-1)!)];
    expect((await readTiles(world.deps.db, tiles)).every((hashes, at) => hashes?.length === tiles[at]!.width * 32)).toBe(true);
    expect(await world.deps.db.query("testTiles", "select count(*)::int as count from audit_tiles")).toEqual([{ count: tiles.length }]);
  });

  test("a run takes no more than 65,536 leaves, and says that there are more", async () => {
    await fillTo(world, 65_540);
    expect([await publishCheckpoint(world.deps), await publishCheckpoint(world.deps)]).toEqual([true, false]);
    expect(await sizes()).toEqual([65_536, 65_540]);
  });

  test("10,000 entries stand under a checkpoint within a second", async () => {
    await fillTo(world, 10_000);
    const began = performance.now();
    await publishCheckpoint(world.deps);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(await sizes()).toEqual([10_000]);
  });

  test("while another process has the tree in hand, nothing is done", async () => {
    await append(1);
    await sequenceEntries(world.deps);
    await world.deps.transaction(async (tx) => {
      await actAs(tx, SEQUENCER);
      await tx.query("testHoldTree", "select from audit_tree for update");
      expect(await publishCheckpoint(world.deps)).toBeUndefined();
    });
    expect(await sizes()).toEqual([]);
    expect(existsSync(markOf(world))).toBe(false);
  });

  test("an entry that is missing is not passed over", async () => {
    await fillTo(world, 5);
    await world.deps.transaction(async (tx) => {
      await tx.manager.query("set local role none; set local session_replication_role = replica; delete from audit_entries where leaf_index = 3");
    });
    await expect(publishCheckpoint(world.deps)).rejects.toThrow("of the entries 0 to 4 only 4 are there");
    expect(await sizes()).toEqual([]);
  });

  test("during a rotation both keys sign, under the same name, and checkpoints of either extend the other's", async () => {
    await logEntries(world.deps, 2);
    const { keysFile } = world.deps.config;
    const until = new Date(world.clock.now().getTime() + 7 * 86_400_000);
    const rotated = rotateSigningKey(JSON.parse(readFileSync(keysFile, "utf8")) as KeysFile, "auditKeys", world.clock.now(), until);
    writeFileSync(keysFile, JSON.stringify(rotated));
    const turned = await restore(await backUpLog(world.deps), keysFile);
    await logEntries(turned.deps, 2);
    turned.clock.set(new Date(until.getTime() + 1000));
    await logEntries(turned.deps, 2);
    expect((await checkpoints(turned)).map(({ origin, signers }) => [origin, signers.length])).toEqual([[ORIGIN, 1], [ORIGIN, 2], [ORIGIN, 1]]);
    const [first, , last] = await checkpoints(turned);
    expect(last?.signers[0]?.id).not.toBe(first?.signers[0]?.id);
  });
});

/** Runs work in a transaction that is never committed, as if the process had ended just before. */
const crashing = (deps: Deps): Deps => ({
  ...deps,
  transaction: (work) =>
    deps.transaction(async (tx) => {
      await work(tx);
      throw new Error("the process ended");
    }),
});

describe("the high-water mark", () => {
  test("is the newest note, readable by its owner only", async () => {
    await logEntries(world.deps, 2);
    const [{ note }] = (await checkpoints(world)) as [OpenedCheckpoint];
    expect(readFileSync(markOf(world), "utf8").startsWith(note.text)).toBe(true);
    expect(statSync(markOf(world)).mode & 0o777).toBe(0o600);
  });

  test("is there before the checkpoint is committed; after a crash in between the same checkpoint is signed", async () => {
    await logEntries(world.deps, 2);
    await append(3);
    await sequenceEntries(world.deps);
    await expect(publishCheckpoint(crashing(world.deps))).rejects.toThrow("the process ended");
    const ahead = readFileSync(markOf(world), "utf8");
    expect(await sizes()).toEqual([2]);
    await publishCheckpoint(world.deps);
    const notes = await world.deps.db.query<{ note: string }>("testNotes", "select note from audit_checkpoints order by size");
    expect(notes.at(-1)?.note).toBe(ahead);
  });

  test("after such a crash the log goes on with what came meanwhile", async () => {
    await append(3);
    await sequenceEntries(world.deps);
    await expect(publishCheckpoint(crashing(world.deps))).rejects.toThrow("the process ended");
    await logEntries(world.deps, 4);
    expect(await sizes()).toEqual([7]);
  });

  test("a process that was paused until its lock had passed on cannot lower it", async () => {
    await append(1);
    await sequenceEntries(world.deps);
    const paused = pausing(world.deps);
    const zombie = publishCheckpoint(paused.deps);
    await waitFor(() => paused.reached());
    await asOwner(world.deps, "testEndSession", "select pg_terminate_backend($1)", [paused.reached()]);
    await waitFor(async () => (await world.deps.db.query("testSession", "select from pg_stat_activity where pid = $1", [paused.reached()])).length === 0);
    await logEntries(world.deps, 4);
    const mark = readFileSync(markOf(world), "utf8");
    paused.goOn();
    await expect(zombie).rejects.toThrow();
    expect(readFileSync(markOf(world), "utf8")).toBe(mark);
    expect(await sizes()).toEqual([5]);
  });

  test("that was written ahead by more than one run is reached without signing on the way", async () => {
    await publishAll(world.deps);
    await fillTo(world, 65_540);
    const backup = await backUpLog(world.deps);
    await publishAll(world.deps);
    const late = await restore(backup, world.deps.config.keysFile);
    expect([await publishCheckpoint(late.deps), await sizes(late)]).toEqual([true, [0]]);
    expect([await publishCheckpoint(late.deps), await sizes(late)]).toEqual([false, [0, 65_540]]);
  });
});

interface Paused {
  readonly deps: Deps;
  /** Number of the session that waits, once it does. */
  reached(): number | undefined;
  goOn(): void;
}

/** Stops where the last statement has been heard of and the mark is about to be replaced. */
function pausing(deps: Deps): Paused {
  let session: number | undefined;
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  const execute = (tx: Tx): Tx["execute"] => async (name, text, values) => {
    const affected = await tx.execute(name, text, values);
    if (name === "insertCheckpoint") {
      session = (await tx.query<{ pid: number }>("testSessionOf", "select pg_backend_pid() as pid"))[0]!.pid;
      await held;
    }
    return affected;
  };
  return { deps: { ...deps, transaction: (work) => deps.transaction((tx) => work({ ...tx, execute: execute(tx) })) }, reached: () => session, goOn: () => goOn() };
}

describe("nothing is signed", () => {
  test("where an older database was restored", async () => {
    await logEntries(world.deps, 2);
    const backup = await backUpLog(world.deps);
    await logEntries(world.deps, 3);
    const mark = readFileSync(markOf(world), "utf8");

    const older = await restore(backup, world.deps.config.keysFile);
    expect(await refusal(older)).toMatchObject({ reason: "BEHIND", message: expect.stringMatching(/checkpoint of 5 entries was signed .* the database has only 2: .*npx cadastre recover/) as string });
    expect([await sizes(older), readFileSync(markOf(world), "utf8")]).toEqual([[2], mark]);
    expect(await measureLog(older.deps.db)).toMatchObject({ signerStopped: 1 });
  });

  test("where it has grown differently since, and its tree grows nevertheless", async () => {
    await logEntries(world.deps, 2);
    const backup = await backUpLog(world.deps);
    await logEntries(world.deps, 3);
    const forked = await restore(backup, world.deps.config.keysFile);
    await fillTo(forked, 9);
    expect(await refusal(forked)).toMatchObject({ reason: "FORKED", message: expect.stringMatching(/checkpoint of 5 entries was signed .* the first 5 of the database's 9 are others/) as string });
    expect(await sizes(forked)).toEqual([2]);
    expect(await measureLog(forked.deps.db)).toEqual({ treeSize: 9, unsequenced: 0, unprotected: 7, signerStopped: 1 });
    await expect(refusal(forked)).resolves.toMatchObject({ reason: "FORKED" });
  });

  test("where an entry that a checkpoint stands over was changed before its tile was built", async () => {
    await append(2);
    await sequenceEntries(world.deps);
    await expect(publishCheckpoint(crashing(world.deps))).rejects.toThrow("the process ended");
    await world.deps.transaction(async (tx) => {
      await tx.manager.query("set local role none; set local session_replication_role = replica; update audit_entries set entry = '{}' where leaf_index = 1");
    });
    expect(await refusal()).toMatchObject({ reason: "FORKED" });
  });

  test("where the mark is missing although something was signed", async () => {
    await logEntries(world.deps, 2);
    rmSync(markOf(world));
    expect(await refusal()).toMatchObject({ reason: "MISSING", message: expect.stringContaining("a checkpoint of 2 entries was signed") as string });
    expect(existsSync(markOf(world))).toBe(false);
  });

  test("where the mark is of another log", async () => {
    await logEntries(world.deps, 2);
    await world.deps.transaction(async (tx) => void (await tx.manager.query("set local role none; update audit_log set origin = 'other.example'")));
    await append(1);
    await sequenceEntries(world.deps);
    expect(await refusal()).toMatchObject({ reason: "ORIGIN", message: expect.stringMatching(/2 entries of log.example\/audit, but this database, of 3, is other.example/) as string });
  });

  test("where the mark was not signed by a key of ours", async () => {
    await logEntries(world.deps, 2);
    await append(1);
    await sequenceEntries(world.deps);
    const { keysFile } = world.deps.config;
    writeFileSync(keysFile, JSON.stringify({ ...(JSON.parse(readFileSync(keysFile, "utf8")) as KeysFile), auditKeys: newKeys(world.clock.now()).auditKeys }));
    const others = await restore(await backUpLog(world.deps), keysFile);
    expect(await refusal(others)).toMatchObject({ reason: "FOREIGN" });
  });

  test.each([["is no note", "what?"], ["is empty", ""]])("where the mark %s", async (_, text) => {
    await logEntries(world.deps, 2);
    writeFileSync(markOf(world), text);
    expect(await refusal()).toMatchObject({ reason: "FOREIGN" });
  });

  test("where the mark was altered", async () => {
    await logEntries(world.deps, 2);
    writeFileSync(markOf(world), readFileSync(markOf(world), "utf8").replace("\n2\n", "\n1\n"));
    expect(await refusal()).toMatchObject({ reason: "FOREIGN" });
  });

  test("with an empty database on the keys of another that has signed", async () => {
    await logEntries(world.deps, 2);
    const empty = await open({ CADASTRE_KEYS_FILE: world.deps.config.keysFile, CADASTRE_AUDIT_ORIGIN: ORIGIN });
    expect(await refusal(empty)).toMatchObject({ reason: "BEHIND", message: expect.stringContaining("the database has only 0") as string });
  });
});

test("a mark older than the newest checkpoint is no break, and is raised by the next one", async () => {
  await logEntries(world.deps, 2);
  copyFileSync(markOf(world), `${markOf(world)}.copy`);
  await logEntries(world.deps, 2);
  copyFileSync(`${markOf(world)}.copy`, markOf(world));
  await logEntries(world.deps, 2);
  expect(await sizes()).toEqual([2, 4, 6]);
  expect(readFileSync(markOf(world), "utf8")).toContain("\n6\n");
});

test("a mark that lies below what another process has signed is raised before anything new comes", async () => {
  await logEntries(world.deps, 2);
  copyFileSync(markOf(world), `${markOf(world)}.copy`);
  await logEntries(world.deps, 2);
  const signed = readFileSync(markOf(world), "utf8");
  copyFileSync(`${markOf(world)}.copy`, markOf(world));
  expect(await publishCheckpoint(world.deps)).toBe(false);
  expect(readFileSync(markOf(world), "utf8")).toBe(signed);
});

test("a mark that cannot be read or written stops the signer, which names the file", async () => {
  await logEntries(world.deps, 2);
  const mark = readFileSync(markOf(world), "utf8");
  rmSync(markOf(world));
  mkdirSync(markOf(world));
  await expect(publishCheckpoint(world.deps)).rejects.toThrow(`the high-water mark ${markOf(world)} cannot be read or written (EISDIR)`);
  rmdirSync(markOf(world));
  writeFileSync(markOf(world), mark);
  await logEntries(world.deps, 2);
  expect(await sizes()).toEqual([2, 4]);
});

test("that the signer stopped is logged once, and again after it went on", async () => {
  const lines: string[] = [];
  const log = { ...world.deps.log, error: (_: unknown, text: string) => lines.push(text), info: (text: string) => lines.push(text) } as unknown as Deps["log"];
  const job = createPublishCheckpointsJob({ ...world.deps, log });
  await logEntries(world.deps, 2);
  const mark = readFileSync(markOf(world), "utf8");
  for (let time = 0; time < 2; time += 1) {
    rmSync(markOf(world));
    await job.runOnce();
    await world.deps.transaction((tx) => appendAuditEntry(tx, { action: "catalog.register-service", actor: "ada" }));
    await job.runOnce();
    writeFileSync(markOf(world), mark);
    await job.runOnce();
    await job.runOnce();
  }
  expect(lines.map((line) => /missing|again/.exec(line)?.[0])).toEqual(["missing", "again", "missing", "again"]);
});
