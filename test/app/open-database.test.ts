import { openDatabase } from "../../src/app/compose";
import { appendAuditEntry } from "../../src/audit";
import { checkPresentLog } from "../../src/audit/use-cases/check-log";
import { dropAuditEntries, finishDrops } from "../../src/audit/use-cases/drop-audit-entries";
import { readConfig } from "../../src/platform/config";
import { loadKeyring } from "../../src/platform/crypto/keyring";
import { createReader, createTransaction } from "../../src/platform/database/transaction";
import type { Deps } from "../../src/platform/deps";
import { systemIds } from "../../src/platform/ids";
import { createLogger } from "../../src/platform/logger";
import { publishAll } from "../audit/logged-world";
import { createOwnDatabase, type OwnDatabase } from "../support/logins";
import { scratch } from "../support/scratch";
import { TestClock } from "../support/test-clock";
import { createTestDatabase } from "../support/test-database";

const files = scratch();
let database: OwnDatabase;
let close: (() => Promise<void>) | undefined;
// The server has the roles as soon as any of its databases is one of ours.
beforeAll(async () => (await createTestDatabase()).drop());
beforeEach(async () => void (database = await createOwnDatabase()));
afterEach(async () => {
  await close?.();
  await database.drop();
});
afterAll(() => files.remove());

/** Opened as at a start, with what was said meanwhile. */
async function open(): Promise<{ deps: Deps; clock: TestClock; warnings: string[] }> {
  const config = readConfig({ DATABASE_URL: database.url, CADASTRE_DATA_DIR: files.path(database.login), CADASTRE_LOG_LEVEL: "silent" });
  const warnings: string[] = [];
  const opened = await openDatabase(config, { say: () => undefined, warn: (line) => warnings.push(line) });
  close = opened.close;
  const clock = new TestClock();
  const around = { clock, config, ids: systemIds(clock), keyring: loadKeyring(config.keysFile, clock) };
  const deps = { ...around, log: createLogger("silent"), db: createReader(opened.source, around), transaction: createTransaction(opened.source, around) };
  return { deps, clock, warnings };
}

/** What the log's duties do, one after the other. */
async function work({ deps, clock }: { deps: Deps; clock: TestClock }): Promise<void> {
  await deps.transaction((tx) => appendAuditEntry(tx, { action: "test.work", actor: "ada" }));
  await publishAll(deps);
  clock.advance("P2D");
  const before = new Date(clock.now().getTime() - 24 * 60 * 60 * 1000);
  expect(await dropAuditEntries(deps, { actor: "ada", before })).toEqual({ id: "leaves:0-1", ranges: 1, entries: 1 });
  await publishAll(deps);
  expect(await finishDrops(deps)).toBe(1);
  expect(await checkPresentLog(deps, {})).toMatchObject({ ok: true, dropped: 1, entries: 1 });
}

const whoAmI = ({ db }: Deps) => db.query("testWho", "select current_user as who, current_setting('timezone') as zone");

test("a start whose login may not act as roles warns once, and all works", async () => {
  const { deps, clock, warnings } = await open();
  expect(warnings).toEqual([expect.stringMatching(/^the audit log is append-only by triggers alone, .*let an administrator run: create role cadastre_app nologin; /)]);
  expect(await whoAmI(deps)).toEqual([{ who: database.login, zone: "UTC" }]);
  await work({ deps, clock });
});

test("a start whose login may says nothing, and its connections act as the ordinary role", async () => {
  await database.administer(`grant cadastre_app, cadastre_sequencer, cadastre_keeper to ${database.login}`);
  const { deps, clock, warnings } = await open();
  expect(warnings).toEqual([]);
  expect(await whoAmI(deps)).toEqual([{ who: "cadastre_app", zone: "UTC" }]);
  await work({ deps, clock });
  await expect(deps.db.query("testDelete", "delete from audit_entries")).rejects.toThrow("permission denied for table audit_entries");
});
