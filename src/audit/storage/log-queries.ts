import { only, type Reader } from "../../platform/database/sql";
import { type Bundle, type Tile, TILE_WIDTH } from "../../protocol/tlog/tiles";

/** A checkpoint as it was signed, and the lines of the witnesses that cosigned it. */
export interface StoredCheckpoint {
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
  readonly signedAt: Date;
  readonly cosignatures: readonly string[];
}

/** What is served and put into proofs: the signed note with its cosignatures. */
export const noteOf = ({ note, cosignatures }: StoredCheckpoint): string => note + cosignatures.join("");

/** What is read of a checkpoint `c`. */
export const CHECKPOINT = `c.size::float8 as size, c.root, c.note, c.signed_at as "signedAt",
  array(select s.line from audit_cosignatures s where s.size = c.size order by s.witness) as cosignatures`;

/** The newest checkpoint; undefined before the first. */
export async function findNewestCheckpoint(reader: Reader): Promise<StoredCheckpoint | undefined> {
  const [row] = await reader.query<StoredCheckpoint>("findNewestCheckpoint", `select ${CHECKPOINT} from audit_checkpoints c order by c.size desc limit 1`);
  return row;
}

/** Checkpoints among which the newest cosigned one is looked for; one is signed a second at most. */
const RECENT = 16;

/**
 * The newest checkpoint that a witness has cosigned or that was signed by the instant; the newest of all where none was. Neither way does a checkpoint
 * ever leave, so whoever asks again never gets an older one.
 */
export async function findSettledCheckpoint(reader: Reader, signedBy: Date): Promise<StoredCheckpoint | undefined> {
  const [row] = await reader.query<StoredCheckpoint>(
    "findSettledCheckpoint",
    `with recent as (select n.size, n.signed_at from audit_checkpoints n order by n.size desc limit ${RECENT})
     select ${CHECKPOINT} from audit_checkpoints c
      where c.size = (select coalesce(max(r.size) filter (where r.signed_at <= $1 or exists (select from audit_cosignatures s where s.size = r.size)), max(r.size))
                        from recent r)`,
    [signedBy],
  );
  return row;
}

/** The bytes of tiles in their order, each as wide as asked; undefined where there are not that many hashes. */
export async function readTiles(reader: Reader, tiles: readonly Tile[]): Promise<(Buffer | undefined)[]> {
  const rows = await reader.query<{ hashes: Buffer | null }>(
    "readTiles",
    `select (select substring(t.hashes from 1 for wanted.width * 32) from audit_tiles t
              where t.level = wanted.level and t.tile = wanted.tile and octet_length(t.hashes) >= wanted.width * 32) as hashes
       from unnest($1::smallint[], $2::bigint[], $3::integer[]) with ordinality as wanted (level, tile, width, place)
      order by wanted.place`,
    [tiles.map(({ level }) => level), tiles.map(({ tile }) => tile), tiles.map(({ width }) => width)],
  );
  return rows.map(({ hashes }) => hashes ?? undefined);
}

/** The entries of a bundle in their order; undefined where one of them is not there (any more). */
export async function readEntries(reader: Reader, { tile, width }: Bundle): Promise<Buffer[] | undefined> {
  const rows = await reader.query<{ entry: Buffer }>(
    "readEntries",
    "select e.entry from audit_entries e where e.leaf_index >= $1 and e.leaf_index < $2 order by e.leaf_index",
    [tile * TILE_WIDTH, tile * TILE_WIDTH + width],
  );
  return rows.length === width ? rows.map(({ entry }) => entry) : undefined;
}

export interface LoggedEntry {
  readonly index: number;
  readonly entry: Buffer;
}

/** Entries that have their places in the log, by their ids. */
export async function findLoggedEntries(reader: Reader, ids: readonly string[]): Promise<Map<string, LoggedEntry>> {
  const rows = await reader.query<LoggedEntry & { id: string }>(
    "findLoggedEntries",
    "select e.id, e.leaf_index::float8 as index, e.entry from audit_entries e where e.id = any($1::uuid[])",
    [ids],
  );
  return new Map(rows.map(({ id, ...logged }) => [id, logged]));
}

/** An entry's place in the log; null while it waits for one, undefined where there is no such entry (any more). */
export async function findLoggedEntry(reader: Reader, id: string): Promise<LoggedEntry | null | undefined> {
  const [row] = await reader.query<{ index: number | null; entry: Buffer }>(
    "findLoggedEntry",
    `select e.leaf_index::float8 as index, e.entry from audit_entries e where e.id = $1
      union all select null, i.entry from audit_inbox i where i.id = $1`,
    [id],
  );
  if (row === undefined) return undefined;
  return row.index === null ? null : { index: row.index, entry: row.entry };
}

/** An entry by its place in the log. */
export async function findEntryAt(reader: Reader, index: number): Promise<Buffer | undefined> {
  const [row] = await reader.query<{ entry: Buffer }>("findEntryAt", "select e.entry from audit_entries e where e.leaf_index = $1", [index]);
  return row?.entry;
}

/** How far the log has come: leaves in the tiles, indexes given, and its name, once it is settled. */
export async function readLogHead(reader: Reader): Promise<{ treeSize: number; nextIndex: number; origin: string | null }> {
  return only(
    await reader.query<{ treeSize: number; nextIndex: number; origin: string | null }>(
      "readLogHead",
      `select t.size::float8 as "treeSize", l.next_index::float8 as "nextIndex", l.origin from audit_tree t, audit_log l`,
    ),
  );
}
