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

type EntryRow = [
  index: number, length: number, id: string, at: string | null, action: string, actor: string, object: string | null, fields: string[] | null,
  purpose: string | null, basis: string | null, source: string | null, outcome: string, subjects: string[] | null,
];

/** The entries of a stretch of the log with what they are searched by, in their order: one row, because ten columns of each entry would cost more than their hashes. */
export async function readStoredEntries(reader: Reader, { from, to }: Span): Promise<StoredEntry[]> {
  const [row] = await reader.query<{ bytes: Buffer | null; rows: EntryRow[] | null }>(
    "readStoredEntries",
    `select string_agg(s.entry, ''::bytea order by s.leaf_index) as bytes,
            json_agg(json_build_array(s.leaf_index, octet_length(s.entry), s.id, s.at, s.action, s.actor, s.object, s.fields, s.purpose, s.basis, s.source,
                                      s.outcome, s.subjects) order by s.leaf_index) as rows
       from (select e.leaf_index, e.entry, e.id, f.at, f.action, f.actor, f.object, f.fields, f.purpose, f.basis, f.source, f.outcome,
                    (select array_agg(p.pid order by p.pid) from audit_entry_subjects p where p.entry_id = e.id) as subjects
               from audit_entries e left join audit_entry_facts f on f.id = e.id
              where e.leaf_index >= $1 and e.leaf_index < $2) s`,
    [from, to],
  );
  const bytes = row?.bytes ?? Buffer.alloc(0);
  let end = 0;
  return (row?.rows ?? []).map(([index, length, id, at, action, actor, object, fields, purpose, basis, source, outcome, subjects]) => ({
    index,
    id,
    bytes: bytes.subarray(end, (end += length)),
    facts: at === null ? undefined : { at, action, actor, object, fields, purpose, basis, source, outcome },
    subjects,
  }));
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
  const rows = await reader.query<{ from: number; to: number; logged: Buffer | null }>(
    "readDroppedRanges",
    `select r.from_index::float8 as from, r.to_index::float8 as to,
            coalesce((select e.entry from audit_entries e where e.id = r.logged_by), (select i.entry from audit_inbox i where i.id = r.logged_by)) as logged
       from audit_dropped_ranges r order by r.from_index`,
  );
  return rows.map(({ from, to, logged }) => ({ from, to, loggedBy: logged ?? undefined }));
}

/** Counts all that there is, so that nothing remains that was not read in its place. */
export async function countLog(reader: Reader, { nextIndex, treeSize }: LogHead): Promise<Totals> {
  return only(
    await reader.query<Totals>(
      "countLog",
      `select (select min(e.leaf_index)::float8 from audit_entries e where e.leaf_index >= $1) as "entryBeyond",
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
