import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { HighWater } from "../../src/audit/storage/high-water";
import { checkPresentLog } from "../../src/audit/use-cases/check-log";
import { proveConsistency, verifyConsistency } from "../../src/protocol/tlog/proofs";
import { hashesFromTiles } from "../../src/protocol/tlog/tiles";
import { readTiles } from "../../src/audit/storage/log-queries";
import { publishAll } from "../audit/logged-world";
import { asOwner } from "../support/as-owner";
import { setup, type World } from "../support/setup";
import { waitFor } from "../support/wait-for";
import type { LogProcessSettings } from "./log-process";

const KILLS = process.env.CADASTRE_TEST_POSTGRES === "15" ? 10 : 100;
const AT_ONCE = 3;

let world: World;
const running = new Set<ChildProcess>();
beforeEach(async () => void (world = await setup()));
afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  await world.close();
});

const acknowledged: string[] = [];
let started = 0;

/** Starts a process and kills it once it has acknowledged some commits. */
async function runAndKill(): Promise<void> {
  const [{ role }] = (await world.deps.db.query<{ role: string }>("testRole", "select nullif(current_setting('role'), 'none') as role")) as [{ role: string }];
  const settings: LogProcessSettings = { databaseUrl: world.databaseUrl, role, keysFile: world.deps.config.keysFile, name: `process${(started += 1)}` };
  const root = join(__dirname, "../..");
  const args = ["--require", join(root, "scripts/swc-register.cjs"), join(__dirname, "log-process.ts"), JSON.stringify(settings)];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  running.add(child);
  const end = once(child, "exit");
  let left = randomInt(1, 60);
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (purposes) => {
    acknowledged.push(...purposes.split(" "));
    if ((left -= 1) === 0) child.kill("SIGKILL");
  });
  const [[code, signal]] = await Promise.all([end, once(lines, "close")]);
  running.delete(child);
  expect([code, signal]).toEqual([null, "SIGKILL"]);
}

const othersAtWork = () =>
  asOwner(world.deps, "testOthersAtWork", "select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'");

test(`${KILLS} processes that write, sequence and publish are killed: nothing acknowledged is lost, and the log stands`, async () => {
  const { deps } = world;
  const mark = new HighWater(deps.config.keysFile);
  await publishAll(deps);
  let kills = 0;
  const killAgain = async (): Promise<void> => {
    while ((kills += 1) <= KILLS) await runAndKill();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, killAgain));
  await waitFor(async () => (await othersAtWork()).length === 0);

  const [{ places } = { places: 0 }] = await deps.db.query<{ places: number }>("testPlaces", "select next_index::float8 as places from audit_log");
  const marked = Number(readFileSync(mark.file, "utf8").split("\n")[1]);
  expect(marked).toBeLessThanOrEqual(places);

  await publishAll(deps);
  const rows = await deps.db.query<{ index: number; purpose: string }>(
    "testKilledEntries",
    'select e.leaf_index::float8 as "index", f.purpose from audit_entries e join audit_entry_facts f using (id) order by e.leaf_index',
  );
  expect(rows.every(({ index }, at) => index === at)).toBe(true);
  const kept = new Set(rows.map(({ purpose }) => purpose));
  expect(kept.size).toBe(rows.length);
  expect(acknowledged.length).toBeGreaterThan(KILLS);
  expect(acknowledged.filter((purpose) => !kept.has(purpose))).toEqual([]);

  const checkpoints = await deps.db.query<{ size: number; root: Buffer }>("testChain", "select size::float8 as size, root from audit_checkpoints order by size");
  const newest = checkpoints.at(-1)!;
  expect(newest.size).toBe(rows.length);
  const read = hashesFromTiles(newest.size, (tiles) => readTiles(deps.db, tiles));
  for (const [at, from] of checkpoints.slice(0, -1).entries()) {
    if (at % Math.ceil(checkpoints.length / 50) === 0) expect(verifyConsistency({ from, to: newest, proof: await proveConsistency(from.size, newest.size, read) })).toBe(true);
  }
  expect(await checkPresentLog(deps, {})).toMatchObject({ ok: true, size: rows.length, entries: rows.length, unprotected: 0, remembered: rows.length });
}, 300_000);
