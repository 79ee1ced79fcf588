import { appendAuditEntry } from "../../../src/audit";
import { HighWater } from "../../../src/audit/storage/high-water";
import { checkLog } from "../../../src/audit/use-cases/check-log";
import { sequenceEntries } from "../../../src/audit/use-cases/sequence-entries";
import type { Reader } from "../../../src/platform/database/sql";
import { ED25519, type Vkey, vkeyOf } from "../../../src/protocol/tlog/signed-note";
import { setup, type World } from "../../support/setup";
import { logEntries, publishAll, tamper } from "../logged-world";
import { type DatabaseLog, readDatabaseLog } from "./database-log";
import { DATABASE_TAMPERINGS, replaceEntry } from "./database-tampering";
import { Draw } from "./drawing";

/*
 * A hundred thousand tamperings are shared with file-tampering.test.ts: these here are done by the owner of the database, past roles and triggers, and
 * judged with the checkpoint that lies beside the key. What cannot be detected so:
 *   - entries that no checkpoint covers yet, for a second or two: nothing but the database vouches for them (shown below);
 *   - that a checkpoint between others was taken away: nothing depends on it, whoever kept it can still check it;
 *   - anything at all by somebody who has the key and that file besides: only what others remember exposes him (shown in file-tampering.test.ts).
 */
const SEED = Number(process.env.CADASTRE_TEST_SEED ?? 20261122);
const LONGEST_MS = 15 * 60_000;
const TAMPERINGS = process.env.CADASTRE_TEST_POSTGRES === "15" ? 250 : 5_000;
/** Entries by checkpoint. */
const LOGS = [[3, 1, 20, 16], [1, 200, 55, 1, 50]];

interface Tampered {
  readonly world: World;
  readonly log: DatabaseLog;
  readonly trusted: readonly Vkey[];
  readonly remembered: string;
}

async function openLog(counts: readonly number[]): Promise<Tampered> {
  const world = await setup();
  const { deps } = world;
  let written = 0;
  for (const count of counts) {
    await logEntries(deps, count, () => {
      written += 1;
      const subjects = Array.from({ length: written % 3 }, (_, at) => `00000000-0000-4000-9000-${String(written * 10 + at).padStart(12, "0")}`);
      return { action: "access.data", actor: `agent-${written % 7}`, object: `dataset:shop:t_${written}`, fields: ["email"], purpose: "support", subjects };
    });
    world.clock.advance("PT1M");
  }
  const key = deps.keyring.auditKeys[0]!.privateKey;
  const log = await readDatabaseLog(deps.db, key);
  const remembered = (await new HighWater(deps.config.keysFile).read()) as string;
  return { world, log, trusted: [vkeyOf(log.owner.origin, ED25519, key)], remembered };
}

const check = (reader: Reader, { trusted, remembered }: Tampered) => checkLog(reader, { trusted, remembered });

describe("tampering with the log in its database", () => {
  const draw = new Draw(SEED);
  const logs: Tampered[] = [];
  beforeAll(async () => {
    for (const counts of LOGS) logs.push(await openLog(counts));
  });
  afterAll(() => Promise.all(logs.map(({ world }) => world.close())));

  test("is not suspected where nothing was done", async () => {
    for (const one of logs) expect(await check(one.world.deps.db, one)).toMatchObject({ ok: true, size: one.log.entries.length, unprotected: 0 });
  });

  test(`is detected each of ${TAMPERINGS} times, and named by the first index at which it shows`, async () => {
    const names = Object.keys(DATABASE_TAMPERINGS);
    const counts: Record<string, number> = {};
    for (let done = 0; done < TAMPERINGS; ) {
      const name = names[done % names.length] as string;
      const one = draw.of(logs);
      const { deps } = one.world;
      const tampering = DATABASE_TAMPERINGS[name]!(one.log, draw);
      if (tampering === undefined) continue;
      const found = await tamper(deps, [tampering.statements.join("; ")], (tx) => check(tx, one));
      if (found.ok || (tampering.index !== undefined && found.faultyIndex !== tampering.index)) {
        const what = { name, done, seed: SEED, sizes: one.log.sizes, index: tampering.index, statements: tampering.statements.map((statement) => statement.slice(0, 300)) };
        throw new Error(`${JSON.stringify(what)} was judged ${JSON.stringify(found)}`);
      }
      counts[name] = (counts[name] ?? 0) + 1;
      done += 1;
    }
    process.stdout.write(`tampering with the database, seed ${SEED}: ${JSON.stringify(counts)}\n`);
  }, LONGEST_MS);

  test("cannot be detected in entries that no checkpoint covers yet, which are counted; from the next checkpoint on it is", async () => {
    const one = await openLog([5]);
    const { deps, close } = one.world;
    try {
      await deps.transaction((tx) => appendAuditEntry(tx, { action: "access.data", actor: "agent-7" }));
      await sequenceEntries(deps);
      const { statements } = replaceEntry(await readDatabaseLog(deps.db, one.log.owner.key), draw, 5);
      const judged = (): Promise<unknown> => tamper(deps, statements, (tx) => check(tx, one));
      expect(await judged()).toMatchObject({ ok: true, size: 5, unprotected: 1 });
      await publishAll(deps);
      expect(await judged()).toMatchObject({ ok: false, faultyIndex: 5 });
    } finally {
      await close();
    }
  });
});
