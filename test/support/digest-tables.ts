import type { Reader } from "../../src/platform/database/sql";

/**
 * A digest of the rows of every table, by table: equal before and after means that nothing was changed. The audit log is not among them,
 * nor when a token was last used, which any request may note. In the order of the names: PostgreSQL reads the tables side by side.
 */
export async function digestTables(db: Reader): Promise<Record<string, string>> {
  const tables = await db.query<{ name: string }>(
    "testTables",
    "select tablename as name from pg_tables where schemaname = 'public' and tablename !~ '^audit_' order by tablename",
  );
  const digests = tables.map(
    ({ name }) => `select '${name}' as name, md5(coalesce(string_agg(r.row, '|' order by r.row), '')) as digest
                   from (select (to_jsonb(t) - 'last_used_at')::text as row from "${name}" t) r`,
  );
  const rows = await db.query<{ name: string; digest: string }>("testDigests", `${digests.join(" union all ")} order by name`);
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}
