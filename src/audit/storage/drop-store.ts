import { only, type Reader, type Tx } from "../../platform/database/sql";
import type { LeafRange } from "../../protocol/tlog/merkle-tree";

/** Lets one transaction at a time decide what is dropped. */
export const lockDrops = (tx: Tx): Promise<number> =>
  tx.execute("lockDrops", "select pg_advisory_xact_lock(hashtextextended('cadastre audit drops', 0))");

/** Entries that a checkpoint covers that was signed by then, as all before it (a clock may have been set back), without those dropped already and those of actions that are kept for ever. */
export const findDroppable = (reader: Reader, { before, kept }: { readonly before: Date; readonly kept: readonly string[] }): Promise<LeafRange[]> =>
  reader.query(
    "findDroppable",
    `with covered as (
       select coalesce(max(c.size), 0) as size from audit_checkpoints c
        where c.signed_at <= $1 and not exists (select from audit_checkpoints later where later.size < c.size and later.signed_at > $1)
     ), dropped as (
       select range_agg(int8range(r.from_index, r.to_index)) as leaves from audit_dropped_ranges r
     ), kept as (
       select range_agg(int8range(e.leaf_index, e.leaf_index + 1)) as leaves from audit_entry_facts f join audit_entries e on e.id = f.id where f.action = any($2)
     )
     select lower(range)::float8 as from, upper(range)::float8 as to
     from covered, dropped, kept,
          unnest(int8multirange(int8range(0, covered.size)) - coalesce(dropped.leaves, '{}') - coalesce(kept.leaves, '{}')) as range
     order by 1`,
    [before, kept],
  );

/** Writes that these entries are dropped, as the entry `loggedBy` says. They may be deleted from then on. */
export const insertDroppedRanges = (tx: Tx, ranges: readonly LeafRange[], loggedBy: string): Promise<number> =>
  tx.execute(
    "insertDroppedRanges",
    `insert into audit_dropped_ranges (from_index, to_index, logged_by, dropped_at)
     select from_index, to_index, $3, $4 from unnest($1::bigint[], $2::bigint[]) as range (from_index, to_index)`,
    [ranges.map(({ from }) => from), ranges.map(({ to }) => to), loggedBy, tx.now],
  );

/** Deletes entries that lie in dropped ranges with all that they are searched by; answers how many, and which pids they named. Their leaf hashes stay. */
export async function deleteEntries(tx: Tx, leaves: readonly number[]): Promise<{ entries: number; pids: string[] }> {
  return only(
    await tx.query<{ entries: number; pids: string[] }>(
      "deleteEntries",
      `with gone as (
         delete from audit_entries where leaf_index = any($1::bigint[]) returning id
       ), events as (
         delete from access_event_ids using gone where entry_id = gone.id
       ), subjects as (
         delete from audit_entry_subjects s using gone where s.entry_id = gone.id returning s.pid
       ), facts as (
         delete from audit_entry_facts f using gone where f.id = gone.id
       )
       select (select count(*)::int from gone) as entries, array(select distinct pid from subjects) as pids`,
      [leaves],
    ),
  );
}

/** Those of the pids that entries name. */
export async function findNamedPids(reader: Reader, pids: readonly string[]): Promise<string[]> {
  const rows = await reader.query<{ pid: string }>(
    "findNamedPids",
    "select wanted.pid from unnest($1::uuid[]) as wanted (pid) where exists (select from audit_entry_subjects s where s.pid = wanted.pid)",
    [pids],
  );
  return rows.map(({ pid }) => pid);
}

/** Dropped ranges of which entries are still there, and whose own entry a checkpoint covers. One look into the index for each range. */
export const findUnfinishedDrops = (reader: Reader): Promise<LeafRange[]> =>
  reader.query(
    "findUnfinishedDrops",
    `select r.from_index::float8 as from, r.to_index::float8 as to
     from audit_dropped_ranges r
     join audit_entries logging on logging.id = r.logged_by and logging.leaf_index < (select max(c.size) from audit_checkpoints c)
     cross join lateral (select from audit_entries e where e.leaf_index >= r.from_index and e.leaf_index < r.to_index order by e.leaf_index limit 1) as remaining
     order by 1`,
  );

/** Whether anything was dropped after this instant. */
export async function wasDroppedSince(reader: Reader, since: Date): Promise<boolean> {
  const rows = await reader.query("wasDroppedSince", "select from audit_dropped_ranges where dropped_at > $1 limit 1", [since]);
  return rows.length > 0;
}
