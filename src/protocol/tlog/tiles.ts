import { foldLevel, HASH_BYTES, type ReadHashes, type Subtree } from "./merkle-tree";

/** Hashes in a full tile, and levels of the tree between a tile and the one above it (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
const MOST_LEVELS = 63;

/** The first `width` hashes of a tile; each is the root of 256^level leaves. */
export interface Tile {
  readonly level: number;
  readonly tile: number;
  readonly width: number;
}

/** The first `width` entries of the 256 that begin at 256 · tile. */
export type Bundle = Omit<Tile, "level">;

/** How many hashes a tile has in a tree of this size; 0 where the tree has no such tile. */
export function widthIn(size: number, level: number, tile: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level) - tile * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, hashes));
}

/** All tiles of a tree of this size, level by level; the last of a level may be partial. */
export function* tilesIn(size: number): Generator<Tile> {
  for (let level = 0; TILE_WIDTH ** level <= size; level += 1) {
    for (let tile = 0; widthIn(size, level, tile) > 0; tile += 1) yield { level, tile, width: widthIn(size, level, tile) };
  }
}

/** `tile/<L>/<N>[.p/<W>]`, and `tile/entries/<N>[.p/<W>]` for a bundle. */
export const tilePath = ({ level, ...rest }: Tile): string => `tile/${level}/${numberPath(rest)}`;
export const bundlePath = (bundle: Bundle): string => `tile/entries/${numberPath(bundle)}`;

function numberPath({ tile, width }: Bundle): string {
  const digits = String(tile);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g) as string[];
  const path = groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join("/");
  return width === TILE_WIDTH ? path : `${path}.p/${width}`;
}

/** Reads what follows `tile/`; undefined for anything that `tilePath` and `bundlePath` would not write. */
export function parseTilePath(path: string): { readonly kind: "tile"; readonly tile: Tile } | { readonly kind: "entries"; readonly bundle: Bundle } | undefined {
  const [, at, number, width] = /^(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path) ?? [];
  if (at === undefined || number === undefined) return undefined;
  const bundle = { tile: Number(number.replace(/[x/]/g, "")), width: width === undefined ? TILE_WIDTH : Number(width) };
  if (!Number.isSafeInteger(bundle.tile * TILE_WIDTH)) return undefined;
  const level = at === "entries" ? 0 : Number(at);
  const written = at === "entries" ? bundlePath(bundle) : tilePath({ level, ...bundle });
  if (level > MOST_LEVELS || bundle.width > TILE_WIDTH || written !== `tile/${path}`) return undefined;
  return at === "entries" ? { kind: "entries", bundle } : { kind: "tile", tile: { level, ...bundle } };
}

/** Reads hashes of the tree of this size out of its tiles; each tile is asked for once. Throws where a tile is not as long as it has to be. */
export const hashesFromTiles = (size: number, readTiles: (tiles: readonly Tile[]) => Promise<readonly (Buffer | undefined)[]>): ReadHashes =>
  async (subtrees) => {
    const places = subtrees.map(placeOf);
    const wanted = new Map(places.map(({ level, tile }) => [`${level}/${tile}`, { level, tile, width: widthIn(size, level, tile) }]));
    const tiles = [...wanted.values()];
    const read = await readTiles(tiles);
    const found = new Map(tiles.map(({ level, tile, width }, at) => [`${level}/${tile}`, hashesOf(read[at], width)]));
    return places.map(({ level, tile, offset, count }) => foldLevel((found.get(`${level}/${tile}`) as Buffer[]).slice(offset, offset + count)));
  };

/** Where a subtree stands: as `count` hashes of a tile, which it is folded from. */
function placeOf({ height, index }: Subtree): { level: number; tile: number; offset: number; count: number } {
  const level = Math.floor(height / TILE_HEIGHT);
  const count = 2 ** (height % TILE_HEIGHT);
  const first = index * count;
  return { level, count, tile: Math.floor(first / TILE_WIDTH), offset: first % TILE_WIDTH };
}

function hashesOf(bytes: Buffer | undefined, width: number): Buffer[] {
  if (bytes?.length !== width * HASH_BYTES || width === 0) throw new Error("a tile is missing, or is not as long as it has to be");
  return Array.from({ length: width }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
}
