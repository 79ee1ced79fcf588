import { only, type Reader, type Tx } from "../../platform/database/sql";
import type { StoredCheckpoint } from "../checkpoint-model";
import type { DroppedRange } from "../dropped-model";
import type { StoredEntry } from "../entry-model";
import type { LogHead, StoredTile, Totals } from "../log-check";

/** [from, to) of leaf indexes, or of sizes. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** All that the transaction reads from here on is of one moment. Has to be its first statement. */
export const keepMoment = (tx: Tx): Promise<unknown> => tx.query("keepMoment", "set transaction isolation level repeatable read, read only");

/** A column each: what a member is of the first entry, of the second … Nulls where an entry has no facts. */
type EntryColumns = [
  index: number[], length: number[], id: string[], at: (string | null)[], action: string[], actor: string[], object: (string | null)[],
  fields: (string[] | null)[], purpose: (string | null)[], basis: (string | null)[], source: (string | null)[], outcome: string[],
];
type SubjectColumns = [entry: string[], pid: string[]];

/**
 * The entries of a stretch of the log with what they are searched by, in their order. They come as one row of columns, because a row for each would
 * cost more than its hashes, and by arrays of ids, because that is read from the index in one go whatever the statistics say.
 */
export async function readStoredEntries(reader: Reader, { from, to }: Span): Promise<StoredEntry[]> {
  const { bytes, columns, named } = only(
    await reader.query<{ bytes: Buffer; columns: EntryColumns | null; named: SubjectColumns | null }>(
      "readStoredEntries",
      `with e as materialized (
         select leaf_index, id, entry from audit_entries where leaf_index >= $1 and leaf_index < $2 order by leaf_index
       ), f as (
         select * from audit_entry_facts where id = any(array(select id from e))
       )
       select string_agg(e.entry, ''::bytea) as bytes,
              case when count(*) > 0 then json_build_array(
                json_agg(e.leaf_index), json_agg(octet_length(e.entry)), json_agg(e.id), json_agg(f.at), json_agg(f.action), json_agg(f.actor),
                json_agg(f.object), json_agg(f.fields), json_agg(f.purpose), json_agg(f.basis), json_agg(f.source), json_agg(f.outcome)) end as columns,
              (select case when count(*) > 0 then json_build_array(json_agg(s.entry_id), json_agg(s.pid)) end
                 from audit_entry_subjects s where s.entry_id = any(array(select id from e))) as named
         from e left join f on f.id = e.id`,
      [from, to],
    ),
  );
  return columns === null ? [] : entriesOf(columns, bytes, pidsByEntry(named)).sort((one, other) => one.index - other.index);
}

function entriesOf(columns: EntryColumns, bytes: Buffer, pids: ReadonlyMap<string, string[]>): StoredEntry[] {
  const [indexes, lengths, ids, ats, actions, actors, objects, fields, purposes, bases, sources, outcomes] = columns;
  let end = 0;
  return ids.map((id, row) => ({
    index: indexes[row]!,
    id,
    bytes: bytes.subarray(end, (end += lengths[row]!)),
    facts: factsOf(row),
    subjects: pids.get(id)?.sort() ?? null,
  }));

  function factsOf(row: number): StoredEntry["facts"] {
    const at = ats[row] ?? null;
    if (at === null) return undefined;
    return {
      at, action: actions[row]!, actor: actors[row]!, object: objects[row]!, fields: fields[row]!,
      purpose: purposes[row]!, basis: bases[row]!, source: sources[row]!, outcome: outcomes[row]!,
    };
  }
}

function pidsByEntry(named: SubjectColumns | null): Map<string, string[]> {
  const pids = new Map<string, string[]>();
  named?.[0].forEach((entry, row) => {
    const known = pids.get(entry);
    if (known === undefined) pids.set(entry, [named[1][row]!]);
    else known.push(named[1][row]!);
  });
  return pids;
}

/** Tiles as they are, however long: of level 0 those of a span, of each level above the one that these stand under. */
export const readStoredTiles = (reader: Reader, { from, to }: Span): Promise<StoredTile[]> =>
  reader.query<StoredTile>(
    "readStoredTiles",
    `select t.level::int as level, t.tile::float8 as tile, t.hashes from audit_tiles t where t.level = 0 and t.tile >= $1 and t.tile < $2
      union all
     select t.level::int, t.tile::float8, t.hashes from generate_series(1, 7) as above (level)
       join audit_tiles t on t.level = above.level and t.tile = div($1::numeric, 256::numeric ^ above.level)::bigint`,
    [from, to],
  );

/** Checkpoints of trees of these sizes, the smallest first. */
export const readStoredCheckpoints = (reader: Reader, { from, to }: Span): Promise<StoredCheckpoint[]> =>
  reader.query<StoredCheckpoint>(
    "readStoredCheckpoints",
    `select c.size::float8 as size, c.root, c.note, array(select s.line from audit_cosignatures s where s.size = c.size order by s.witness) as cosignatures
       from audit_checkpoints c where c.size >= $1 and c.size < $2 order by c.size`,
    [from, to],
  );

export async function readDroppedRanges(reader: Reader): Promise<DroppedRange[]> {
  const rows = await reader.query<{ from: number; to: number; logged: Buffer | null; place: number | null }>(
    "readDroppedRanges",
    `select r.from_index::float8 as from, r.to_index::float8 as to,
            coalesce((select e.entry from audit_entries e where e.id = r.logged_by), (select i.entry from audit_inbox i where i.id = r.logged_by)) as logged,
            (select e.leaf_index::float8 from audit_entries e where e.id = r.logged_by) as place
       from audit_dropped_ranges r order by r.from_index`,
  );
  return rows.map(({ from, to, logged, place }) => ({ from, to, loggedBy: logged ?? undefined, loggedAt: place ?? undefined }));
}

/** Counts all that there is, so that nothing remains that was not read in its place. */
export async function countLog(reader: Reader, { nextIndex, treeSize }: LogHead): Promise<Totals> {
  return only(
    await reader.query<Totals>(
      "countLog",
      `with hidden as materialized (
         select d.combination from (select distinct combination from audit_entry_facts) d
          cross join lateral (select * from audit_entry_facts o where o.combination = d.combination order by o.at, o.id limit 1) f
          where not exists (
            select from audit_combinations c
             where c.combination = d.combination and c.terms = audit_terms(f.action, f.actor, f.object, f.fields, f.purpose, f.basis, f.outcome)
          )
       )
       select (select min(e.leaf_index)::float8 from hidden join audit_entry_facts f using (combination) join audit_entries e on e.id = f.id) as hidden,
              (select min(e.leaf_index)::float8 from audit_entries e where e.leaf_index >= $1) as "entryBeyond",
              (select min(c.size)::float8 from audit_checkpoints c where c.size > $2) as "checkpointBeyond",
              (select count(*)::float8 from audit_tiles) as tiles,
              (select count(*)::float8 from audit_entry_facts) as facts,
              (select count(*)::float8 from audit_entry_subjects) as subjects,
              (select count(*)::float8 from audit_inbox) as waiting,
              (select count(*)::float8 from audit_inbox i join audit_entry_subjects s on s.entry_id = i.id) as "waitingSubjects"`,
      [nextIndex, treeSize],
    ),
  );
}

/** The ranges that retention has taken away, each with the place of the entry that logs it; null while that waits for its place. */
export const listDroppedRanges = (reader: Reader): Promise<{ from: number; to: number; entry: number | null }[]> =>
  reader.query(
    "listDroppedRanges",
    `select r.from_index::float8 as from, r.to_index::float8 as to, (select e.leaf_index::float8 from audit_entries e where e.id = r.logged_by) as entry
       from audit_dropped_ranges r order by r.from_index`,
  );
