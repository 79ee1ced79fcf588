import type { Reader } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { encodeBundle } from "../../protocol/tlog/entry-bundle";
import { type Bundle, type Tile, TILE_WIDTH, widthIn } from "../../protocol/tlog/tiles";
import { findEntryAt, findNewestCheckpoint, readEntries, readTiles } from "../storage/log-queries";
import { appendAuditEntry } from "./append-audit-entries";

/** A tile as wide as asked; undefined where the newest checkpoint covers no such tile. */
export async function readTile(reader: Reader, tile: Tile): Promise<Buffer | undefined> {
  if (widthIn(await publishedSize(reader), tile.level, tile.tile) < tile.width) return undefined;
  return (await readTiles(reader, [tile]))[0];
}

/** Entries of a tile (C2SP tlog-tiles); undefined where the newest checkpoint does not cover all of them or one is gone. Writes an entry of the reading. */
export async function readBundle(deps: Deps, bundle: Bundle, actor: string): Promise<Buffer | undefined> {
  if (widthIn(await publishedSize(deps.db), 0, bundle.tile) < bundle.width) return undefined;
  const from = bundle.tile * TILE_WIDTH;
  return deps.transaction(async (tx) => {
    const entries = await readEntries(tx, bundle);
    if (entries === undefined) return undefined;
    await appendAuditEntry(tx, { action: READ_ENTRIES, actor, object: `leaves:${from}-${from + bundle.width}` });
    return encodeBundle(entries);
  });
}

/** An entry by its place; undefined where the newest checkpoint does not cover it or it is gone. Writes an entry of the reading. */
export async function readEntryAt(deps: Deps, index: number, actor: string): Promise<Buffer | undefined> {
  if (index >= (await publishedSize(deps.db))) return undefined;
  return deps.transaction(async (tx) => {
    const entry = await findEntryAt(tx, index);
    if (entry !== undefined) await appendAuditEntry(tx, { action: READ_ENTRIES, actor, object: `leaves:${index}-${index + 1}` });
    return entry;
  });
}

const READ_ENTRIES = "audit.read-entries";

const publishedSize = async (reader: Reader): Promise<number> => (await findNewestCheckpoint(reader))?.size ?? 0;
