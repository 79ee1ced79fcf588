import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { appendAuditEntry } from "../../src/audit";
import { HighWater } from "../../src/audit/storage/high-water";
import { readTiles } from "../../src/audit/storage/log-queries";
import { SignerStopped } from "../../src/audit/use-cases/publish-checkpoint";
import { recoverAuditLog } from "../../src/audit/use-cases/recover-audit-log";
import type { Deps } from "../../src/platform/deps";
import { openCheckpoint, type OpenedCheckpoint } from "../../src/protocol/tlog/checkpoint";
import { proveConsistency, verifyConsistency } from "../../src/protocol/tlog/proofs";
import { ED25519, vkeyOf } from "../../src/protocol/tlog/signed-note";
import { hashesFromTiles } from "../../src/protocol/tlog/tiles";
import { setup, type World } from "../support/setup";
import { logEntries } from "./logged-world";
import { backUpLog, restoreLog } from "./support/restored-log";

const ACTOR = { actor: "ada" };
const ORIGIN = "log.example";

const worlds: World[] = [];
let world: World;
let copies: string;
beforeEach(async () => {
  worlds.push((world = await setup({ config: { CADASTRE_AUDIT_ORIGIN: ORIGIN } })));
  copies = mkdtempSync(join(tmpdir(), "cadastre-copied-keys-"));
});
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((each) => each.close()));
  rmSync(copies, { recursive: true });
});

async function restore(backup: Record<string, unknown>, keysFile = world.deps.config.keysFile): Promise<World> {
  const restored = await restoreLog(backup, keysFile);
  worlds.push(restored);
  return restored;
}

async function checkpoints({ deps }: World): Promise<OpenedCheckpoint[]> {
  const vkeys = deps.keyring.auditKeys.map(({ privateKey }) => vkeyOf(ORIGIN, ED25519, privateKey));
  const notes = await deps.db.query<{ note: string }>("testNotes", "select note from audit_checkpoints order by size");
  return notes.map(({ note }) => openCheckpoint(note, vkeys));
}
const newest = async (of: World): Promise<OpenedCheckpoint> => (await checkpoints(of)).at(-1)!;
const recorded = ({ deps }: World) =>
  deps.db.query<{ source: string }>("testRecorded", "select actor, object, outcome, source from audit_entry_facts where action = 'audit.recover-audit-log'");

/** Whether the larger checkpoint extends the smaller one, by the proof that the log of the larger one gives. */
async function extend(from: OpenedCheckpoint, to: OpenedCheckpoint, { deps }: World): Promise<boolean> {
  const proof = await proveConsistency(from.size, to.size, hashesFromTiles(to.size, (tiles) => readTiles(deps.db, tiles)));
  return verifyConsistency({ from, to, proof });
}

/** A database that ends two entries before the newest checkpoint. */
async function restoredWorld(): Promise<World> {
  await logEntries(world.deps, 2);
  const backup = await backUpLog(world.deps);
  await logEntries(world.deps, 2);
  return restore(backup);
}

test("where nothing is broken nothing is recorded", async () => {
  await expect(recoverAuditLog(world.deps, ACTOR)).rejects.toMatchObject({ code: "PRECONDITION_FAILED", object: `log:${ORIGIN}` });
  await logEntries(world.deps, 2);
  await expect(recoverAuditLog(world.deps, ACTOR)).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
  expect(await recorded(world)).toEqual([]);
});

test("a break is recorded in the log with what the mark said and where the database stands, and the signer goes on", async () => {
  const restored = await restoredWorld();
  const before = await newest(world);
  const stands = await newest(restored);
  const { reason, found, extendsUpTo } = await recoverAuditLog(restored.deps, ACTOR);
  expect({ reason, extendsUpTo }).toEqual({ reason: "BEHIND", extendsUpTo: 2 });
  expect(found).toContain("checkpoint of 4 entries");
  expect(await recorded(restored)).toEqual([
    {
      actor: "ada", object: `log:${ORIGIN}`, outcome: "ok",
      source: `BEHIND: high-water mark of ${ORIGIN}, 4 entries, root ${before.root.toString("base64")}; database of ${ORIGIN}, 2 entries, root ${stands.root.toString("base64")}`,
    },
  ]);
  await logEntries(restored.deps, 2);
  expect((await checkpoints(restored)).map(({ size }) => size)).toEqual([2, 5]);
  expect(await extend(stands, await newest(restored), restored)).toBe(true);
  expect(await extend(before, await newest(restored), restored)).toBe(false);
  await expect(recoverAuditLog(restored.deps, ACTOR)).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
});

test("the old mark is put aside, not thrown away", async () => {
  const { file } = new HighWater(world.deps.config.keysFile);
  const restored = await restoredWorld();
  const old = readFileSync(file, "utf8");
  restored.clock.advance("PT1H");
  await recoverAuditLog(restored.deps, ACTOR);
  expect(readFileSync(`${file}.2026-03-02T100000.000Z`, "utf8")).toBe(old);
  expect(readdirSync(dirname(file)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});

test.each([
  ["missing", async (file: string) => rmSync(file)],
  ["no checkpoint", async (file: string) => writeFileSync(file, "what?")],
])("a mark that is %s is made anew from the database", async (_, lose) => {
  await logEntries(world.deps, 2);
  await lose(new HighWater(world.deps.config.keysFile).file);
  await recoverAuditLog(world.deps, ACTOR);
  await logEntries(world.deps, 1);
  expect((await checkpoints(world)).map(({ size }) => size)).toEqual([2, 4]);
});

test("after a crash between the entry and the new mark the break is still there, and is recorded again", async () => {
  const restored = await restoredWorld();
  let transactions = 0;
  const dying: Deps = {
    ...restored.deps,
    transaction: (work) => ((transactions += 1) === 2 ? Promise.reject(new Error("the process ended")) : restored.deps.transaction(work)),
  };
  await expect(recoverAuditLog(dying, ACTOR)).rejects.toThrow("the process ended");
  expect(await recorded(restored)).toHaveLength(1);
  await expect(logEntries(restored.deps, 1)).rejects.toBeInstanceOf(SignerStopped);
  await recoverAuditLog(restored.deps, ACTOR);
  expect(await recorded(restored)).toHaveLength(2);
  await logEntries(restored.deps, 1);
});

test("who recovers at the same time as another neither brings an older mark back nor puts the new one aside", async () => {
  const restored = await restoredWorld();
  let transactions = 0;
  const slow: Deps = {
    ...restored.deps,
    transaction: async (work) => {
      if ((transactions += 1) === 2) {
        await recoverAuditLog(restored.deps, { actor: "bob" });
        await logEntries(restored.deps, 5);
      }
      return restored.deps.transaction(work);
    },
  };
  await recoverAuditLog(slow, ACTOR);
  const { file } = new HighWater(restored.deps.config.keysFile);
  expect(readdirSync(dirname(file)).filter((name) => name.startsWith("keys.json.checkpoint."))).toHaveLength(1);
  const mark = readFileSync(file, "utf8");
  expect(mark.split("\n")[1]).toBe(String((await newest(restored)).size));
});

test("two forks, one signed by a stolen copy of the database and its keys, are exposed by their checkpoints", async () => {
  await logEntries(world.deps, 300);
  const common = await newest(world);
  const stolenKeys = join(copies, "keys.json");
  cpSync(world.deps.config.keysFile, stolenKeys);
  const stolen = await restore(await backUpLog(world.deps), stolenKeys);

  await logEntries(world.deps, 20);
  await stolen.deps.transaction((tx) => appendAuditEntry(tx, { action: "erasure.submit-erasure-request", actor: "mallory" }));
  await expect(logEntries(stolen.deps, 30)).rejects.toMatchObject({ reason: "MISSING" });
  await recoverAuditLog(stolen.deps, { actor: "mallory" });
  await logEntries(stolen.deps, 30);

  const [ours, theirs] = [await newest(world), await newest(stolen)];
  expect([ours.signers.length, theirs.signers.length]).toEqual([1, 1]);
  expect([await extend(common, ours, world), await extend(common, theirs, stolen)]).toEqual([true, true]);
  expect(theirs.size).toBeGreaterThan(ours.size);
  expect(await extend(ours, theirs, stolen)).toBe(false);
  await logEntries(world.deps, 100);
  expect(await extend(theirs, await newest(world), world)).toBe(false);
});
