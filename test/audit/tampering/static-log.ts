import { createHash, type KeyObject } from "node:crypto";
import { canonicalBytes } from "../../../src/protocol";
import { formatCheckpoint, signCheckpoint } from "../../../src/protocol/tlog/checkpoint";
import { encodeBundle } from "../../../src/protocol/tlog/entry-bundle";
import { foldLevel, GrowingTree, leafHash, type LeafRange } from "../../../src/protocol/tlog/merkle-tree";
import { bundlePath, type Tile, TILE_WIDTH, tilePath, tilesIn } from "../../../src/protocol/tlog/tiles";

/** Files of a log by their path below its root. */
export type Files = Map<string, Buffer>;

/** Whose log it is. */
export interface Owner {
  readonly origin: string;
  readonly key: KeyObject;
}

/** Entries that are gone, and where in the log that is said. */
export interface Dropped {
  readonly ranges: readonly LeafRange[];
  readonly entry: number;
}

/** An entry as the product writes it; `history` tells one log's from another's. */
export const entryOf = (history: string, index: number, more: object = {}): Buffer =>
  canonicalBytes({
    v: 1,
    id: createHash("sha256").update(`id ${history} ${index}`).digest("hex").slice(0, 32),
    time: "2026-03-02T09:00:00.000Z",
    action: "access.data",
    actor: `agent-${index % 17}`,
    outcome: "ok",
    salt: createHash("sha256").update(`salt ${history} ${index}`).digest().subarray(0, 16).toString("base64"),
    ...more,
  });

/** The static files of a log of these entries (PROTOCOLS.md, "Audit log"), without bundles where entries are not disclosed. */
export function filesOf(entries: readonly Buffer[], owner: Owner, { disclosed, dropped }: { readonly disclosed: boolean; readonly dropped?: Dropped }): Files {
  const hashes = entries.map(leafHash);
  const files: Files = new Map([["checkpoint", checkpointOf(hashes, owner)]]);
  for (const { bytes, ...tile } of tilesOf(hashes)) files.set(tilePath(tile), bytes);
  if (disclosed) for (const [path, bytes] of entryFiles(entries, dropped)) files.set(path, bytes);
  if (dropped) files.set("dropped", Buffer.from(JSON.stringify(dropped.ranges.map((range) => ({ ...range, entry: dropped.entry })))));
  return files;
}

/** The signed note over a tree of these leaves. */
export function checkpointOf(hashes: readonly Buffer[], { origin, key }: Owner): Buffer {
  const tree = new GrowingTree();
  for (const hash of hashes) tree.append(hash);
  const checkpoint = { origin, size: tree.size, root: tree.root() };
  return Buffer.from(`${formatCheckpoint(checkpoint)}\n${signCheckpoint(checkpoint, key)}`);
}

/** All tiles of a tree of these leaves. */
export function* tilesOf(hashes: readonly Buffer[]): Generator<Tile & { readonly bytes: Buffer }> {
  const levels = [hashes];
  for (const { level, tile, width } of tilesIn(hashes.length)) {
    const below = levels[level - 1];
    levels[level] ??= Array.from({ length: Math.floor(below!.length / TILE_WIDTH) }, (_, at) => foldLevel(below!.slice(at * TILE_WIDTH, (at + 1) * TILE_WIDTH)));
    yield { level, tile, width, bytes: Buffer.concat(levels[level].slice(tile * TILE_WIDTH, tile * TILE_WIDTH + width)) };
  }
}

/** Bundles; where one has holes, its entries that are left, each in a file of its own. */
function* entryFiles(entries: readonly Buffer[], dropped: Dropped | undefined): Generator<[string, Buffer]> {
  const isGone = (index: number): boolean => dropped?.ranges.some(({ from, to }) => from <= index && index < to) ?? false;
  for (let first = 0; first < entries.length; first += TILE_WIDTH) {
    const bundle = entries.slice(first, first + TILE_WIDTH);
    if (!bundle.some((_, at) => isGone(first + at))) yield [bundlePath({ tile: first / TILE_WIDTH, width: bundle.length }), encodeBundle(bundle)];
    else for (const [at, entry] of bundle.entries()) if (!isGone(first + at)) yield [`entry/${first + at}`, entry];
  }
}
