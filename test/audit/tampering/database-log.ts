import type { KeyObject } from "node:crypto";
import type { Reader } from "../../../src/platform/database/sql";
import { parseCheckpoint } from "../../../src/protocol/tlog/checkpoint";
import { HASH_BYTES, leafHash } from "../../../src/protocol/tlog/merkle-tree";
import { parseNote } from "../../../src/protocol/tlog/signed-note";
import { type Tile, widthIn } from "../../../src/protocol/tlog/tiles";
import { tilesOf } from "./static-log";

/** An entry as its row has it. */
interface LoggedEntry {
  readonly id: string;
  readonly bytes: Buffer;
  readonly subjects: number;
}

/** A log in a database: all of it under its newest checkpoint, which is the one that is remembered. */
export interface DatabaseLog {
  readonly owner: { readonly origin: string; readonly key: KeyObject };
  /** By their index. */
  readonly entries: readonly LoggedEntry[];
  readonly hashes: readonly Buffer[];
  readonly tiles: readonly (Pick<Tile, "level" | "tile"> & { readonly bytes: Buffer })[];
  /** Sizes of its checkpoints, the smallest first; the last is the log's own. */
  readonly sizes: readonly number[];
}

export async function readDatabaseLog(db: Reader, key: KeyObject): Promise<DatabaseLog> {
  const entries = await db.query<LoggedEntry>(
    "testLogEntries",
    "select e.id, e.entry as bytes, (select count(*)::int from audit_entry_subjects s where s.entry_id = e.id) as subjects from audit_entries e order by e.leaf_index",
  );
  const tiles = await db.query<DatabaseLog["tiles"][number]>("testLogTiles", "select level::int, tile::int, hashes as bytes from audit_tiles order by level, tile");
  const notes = await db.query<{ note: string }>("testLogNotes", "select note from audit_checkpoints order by size");
  const checkpoints = notes.map(({ note }) => parseCheckpoint(parseNote(note).text));
  return { owner: { origin: checkpoints[0]!.origin, key }, entries, hashes: entries.map(({ bytes }) => leafHash(bytes)), tiles, sizes: checkpoints.map(({ size }) => size) };
}

/** The largest checkpoint of at most so many leaves, and of fewer; 0 if there is none. */
export const goodUpTo = ({ sizes }: DatabaseLog, size: number): number => sizes.findLast((good) => good <= size) ?? 0;
export const goodBelow = (log: DatabaseLog, size: number): number => goodUpTo(log, size - 1);

export const HIGH = 1e9;
export const hex = (bytes: Buffer): string => `'\\x${bytes.toString("hex")}'::bytea`;
export const setEntry = (index: number, bytes: Buffer): string => `update audit_entries set entry = ${hex(bytes)} where leaf_index = ${index}`;
export const moveEntry = (from: number, to: number): string => `update audit_entries set leaf_index = ${to} where leaf_index = ${from}`;
export const deleteEntries = (which: string): string => `delete from audit_entries where leaf_index ${which}`;
export const nextIndex = (next: number): string => `update audit_log set next_index = ${next}`;
export const insertTile = ({ level, tile }: Pick<Tile, "level" | "tile">, bytes: Buffer): string => `insert into audit_tiles (level, tile, hashes) values (${level}, ${tile}, ${hex(bytes)})`;

/** Entries [from, to) with all that they are searched by. */
export function deleteWhole({ entries }: DatabaseLog, from: number, to: number): string[] {
  const ids = entries.slice(from, to).map(({ id }) => `'${id}'`).join(", ");
  return [deleteEntries(`>= ${from} and leaf_index < ${to}`), `delete from audit_entry_subjects where entry_id in (${ids})`, `delete from audit_entry_facts where id in (${ids})`];
}

/** Moves all entries from an index on. By way of high places, for no two may have one. */
export const shift = (index: number, by: number): string[] => [
  `update audit_entries set leaf_index = leaf_index + ${HIGH} where leaf_index >= ${index}`,
  `update audit_entries set leaf_index = leaf_index - ${HIGH - by} where leaf_index >= ${HIGH}`,
];

/** The tiles of other leaves, up to a level. */
export const setTiles = ({ tiles }: DatabaseLog, hashes: readonly Buffer[], highest: number): string[] =>
  [...tilesOf(hashes)]
    .filter(({ level, tile, bytes }) => level <= highest && !tiles.some((other) => other.level === level && other.tile === tile && other.bytes.equals(bytes)))
    .map(({ level, tile, bytes }) => `update audit_tiles set hashes = ${hex(bytes)} where level = ${level} and tile = ${tile}`);

/** The tiles of the first leaves alone. */
export const cutTiles = ({ tiles }: DatabaseLog, size: number): string[] =>
  tiles.flatMap(({ level, tile, bytes }) => {
    const length = widthIn(size, level, tile) * HASH_BYTES;
    const which = `where level = ${level} and tile = ${tile}`;
    if (length === bytes.length) return [];
    return [length === 0 ? `delete from audit_tiles ${which}` : `update audit_tiles set hashes = ${hex(bytes.subarray(0, length))} ${which}`];
  });

export function setCheckpoint(note: Buffer): string {
  const { size, root } = parseCheckpoint(parseNote(note).text);
  return `update audit_checkpoints set root = ${hex(root)}, note = '${note.toString()}' where size = ${size}`;
}
