import { foldLevel, HASH_BYTES } from "./merkle-tree";
import { type Tile, TILE_WIDTH } from "./tiles";

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/** A tile with its hashes. */
export interface FilledTile extends Tile {
  readonly hashes: Buffer;
}

/** Tiles that a tree of this size has begun and not filled, the lowest first: what has to be known to let its tiles grow. */
export function openTiles(size: number): Tile[] {
  const open: Tile[] = [];
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH)) {
    const width = count % TILE_WIDTH;
    if (width > 0) open.push({ level, tile: Math.floor(count / TILE_WIDTH), width });
  }
  return open;
}

/** The tiles, longer ones and new ones, that a tree of this size gets by more leaves. `open`: its `openTiles`; `leaves`: hashes, one after the other. */
export function growTiles(size: number, open: readonly FilledTile[], leaves: Buffer): FilledTile[] {
  const grown: FilledTile[] = [];
  let fresh = leaves;
  for (let level = 0; fresh.length > 0; level += 1) {
    const begun = open.find((tile) => tile.level === level)?.hashes ?? Buffer.alloc(0);
    const tiles = cut(Buffer.concat([begun, fresh]), level, Math.floor(size / TILE_WIDTH ** (level + 1)));
    grown.push(...tiles);
    fresh = Buffer.concat(tiles.filter(({ width }) => width === TILE_WIDTH).map(({ hashes }) => foldLevel(hashesOf(hashes))));
  }
  return grown;
}

function cut(hashes: Buffer, level: number, first: number): FilledTile[] {
  return Array.from({ length: Math.ceil(hashes.length / TILE_BYTES) }, (_, at) => {
    const part = hashes.subarray(at * TILE_BYTES, (at + 1) * TILE_BYTES);
    return { level, tile: first + at, width: part.length / HASH_BYTES, hashes: part };
  });
}

const hashesOf = (bytes: Buffer): Buffer[] =>
  Array.from({ length: bytes.length / HASH_BYTES }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
