import type { Deps } from "../../../src/platform/deps";
import { asOwner } from "../../support/as-owner";
import { setup, type World } from "../../support/setup";

const TABLES = [
  "audit_entry_facts", "audit_entry_subjects", "audit_inbox", "audit_entries", "audit_tiles", "audit_checkpoints", "audit_cosignatures",
  "audit_dropped_ranges", "audit_log", "audit_tree",
];

/** The log's tables as they are now. */
export async function backUpLog(deps: Deps): Promise<Record<string, unknown>> {
  const backups = TABLES.map(async (table) => {
    const [row] = await asOwner<{ rows: unknown }>(deps, `testBackUp_${table}`, `select coalesce(jsonb_agg(to_jsonb(t)), '[]') as rows from ${table} t`);
    return [table, JSON.stringify(row?.rows)] as const;
  });
  return Object.fromEntries(await Promise.all(backups));
}

/** A world with a database of its own that holds a backup of a log; on the keys of another world, with what lies beside them, or on a copy of these. */
export async function restoreLog(backup: Record<string, unknown>, keysFile: string): Promise<World> {
  const world = await setup({ config: { CADASTRE_KEYS_FILE: keysFile } });
  await world.deps.transaction(async (tx) => {
    await tx.manager.query("set local role none; set local session_replication_role = replica; delete from audit_log; delete from audit_tree");
    for (const table of TABLES) {
      const [{ columns } = { columns: "" }] = await tx.query<{ columns: string }>(
        "testColumns",
        "select string_agg(column_name, ', ') as columns from information_schema.columns where table_name = $1 and is_generated = 'NEVER'",
        [table],
      );
      await tx.execute(`testRestore_${table}`, `insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1)`, [backup[table]]);
    }
  });
  return world;
}
