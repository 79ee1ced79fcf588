import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appendAuditEntry } from "../../src/audit";
import { checkPresentLog } from "../../src/audit/use-cases/check-log";
import { createDataSource } from "../../src/platform/database/data-source";
import { migrate } from "../../src/platform/database/migrate";
import { createReader, createTransaction } from "../../src/platform/database/transaction";
import { asOwner } from "../support/as-owner";
import { setup } from "../support/setup";
import { createEmptyDatabase } from "../support/test-database";
import { publishAll } from "./logged-world";

const MIGRATIONS = join(__dirname, "../../migrations");
const FIRST_OF_THE_LOG = "17956";

test("entries from before there was a log get their places in it, and nothing is found wrong with them", async () => {
  const world = await setup();
  const database = await createEmptyDatabase();
  const before = mkdtempSync(join(tmpdir(), "cadastre-migrations-"));
  for (const file of readdirSync(MIGRATIONS).filter((name) => name < FIRST_OF_THE_LOG)) copyFileSync(join(MIGRATIONS, file), join(before, file));
  const old = createDataSource(database.url, { migrations: before });
  const source = createDataSource(database.url, { poolSize: 4 });
  try {
    await old.initialize();
    await migrate(old);
    // As they were written then, the bytes of today's entries.
    await world.deps.transaction((tx) => appendAuditEntry(tx, { action: "lineage.record-lineage-events", actor: "ada", object: "token", source: "HTTP, a minute: 3 received" }));
    await world.deps.transaction((tx) => appendAuditEntry(tx, { action: "catalog.register-service", actor: "ada", object: "service:crm", fields: ["f"] }));
    const written = await asOwner<{ inbox: object; fact: object }>(
      world.deps, "testWritten", "select to_jsonb(i) as inbox, to_jsonb(f) - 'source' - 'combination' as fact from audit_inbox i join audit_entry_facts f using (id)",
    );
    for (const { inbox, fact } of written) {
      await old.query("insert into audit_inbox select * from jsonb_populate_record(null::audit_inbox, $1)", [inbox]);
      await old.query("insert into audit_entry_facts select * from jsonb_populate_record(null::audit_entry_facts, $1)", [fact]);
    }

    await source.initialize();
    await migrate(source);
    const around = { clock: world.clock, ids: world.deps.ids, config: world.deps.config, keyring: world.deps.keyring };
    const deps = { ...world.deps, ...around, db: createReader(source, around), transaction: createTransaction(source, around) };
    await publishAll(deps);
    expect(await checkPresentLog(deps, {})).toMatchObject({ ok: true, size: 2, entries: 2, unprotected: 0 });
  } finally {
    for (const each of [old, source]) if (each.isInitialized) await each.destroy();
    await database.drop();
    rmSync(before, { recursive: true });
    await world.close();
  }
});
