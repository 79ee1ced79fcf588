import { encodeBundle, entriesIn } from "../../../src/protocol/tlog/entry-bundle";
import { HASH_BYTES, leafHash } from "../../../src/protocol/tlog/merkle-tree";
import { bundlePath, parseTilePath, TILE_WIDTH, tilePath, widthIn } from "../../../src/protocol/tlog/tiles";
import type { Draw } from "./drawing";
import { checkpointOf, type Dropped, entryOf, type Files, filesOf, type Owner, tilesOf } from "./static-log";

/** A log as it is published, and how much of it somebody remembers by a checkpoint. */
export interface PublishedLog {
  readonly owner: Owner;
  readonly entries: readonly Buffer[];
  readonly hashes: readonly Buffer[];
  readonly files: Files;
  /** Leaves of the remembered checkpoint, at least 1; its note. */
  readonly remembered: number;
  readonly since: Buffer;
  readonly disclosed: boolean;
  readonly dropped?: Dropped;
}

export interface TamperedLog {
  readonly files: Files;
  /** What may be named as the first faulty index; empty where nobody who is trusted has signed it any more, so that its indexes mean nothing. */
  readonly indexes: readonly number[];
}

type Tamper = (log: PublishedLog, draw: Draw) => TamperedLog | undefined;

const TILES = /^tile\/\d/;
const LEAF_TILES = /^tile\/0\//;
const ENTRIES = /^(tile\/entries|entry)\//;
const BUNDLES = /^tile\/entries\//;
const BYTES = /^(tile|entry|checkpoint)/;

/**
 * Ways to tamper with the static files of a log. Each answers undefined where its draw changes nothing, or takes all entries away: that is a log whose
 * entries are not disclosed.
 */
export const FILE_TAMPERINGS: Readonly<Record<string, Tamper>> = {
  "flip a bit of a file": (log, draw) => changed(log, draw, BYTES, (bytes) => draw.flipped(bytes)),
  "delete a file": (log, draw) => changed(log, draw, /./, () => undefined),
  "delete an entry or a hash": (log, draw) => changedItems(log, draw, (items) => items.toSpliced(draw.below(items.length), 1)),
  "insert an entry or a hash": (log, draw) =>
    changedItems(log, draw, (items, fresh) => items.toSpliced(draw.below(items.length + 1), 0, draw.below(2) === 0 ? fresh : draw.of(items))),
  "swap two entries or two hashes": (log, draw) =>
    changedItems(log, draw, (items) => {
      if (items.length < 2) return items;
      const [one, other] = draw.pair(items.length);
      return items.with(one, items[other] as Buffer).with(other, items[one] as Buffer);
    }),
  "swap two files": (log, draw) => {
    const paths = pathsOf(log, draw.of([LEAF_TILES, ENTRIES]));
    if (paths.length < 2) return undefined;
    const [one, other] = draw.pair(paths.length).map((at) => paths[at]) as [string, string];
    return withFiles(log, [[one, log.files.get(other)], [other, log.files.get(one)]]);
  },
  "truncate a file": (log, draw) => changed(log, draw, BYTES, (bytes) => bytes.subarray(0, draw.below(bytes.length))),
  "truncate the log under its checkpoint": (log, draw) => {
    const size = draw.below(log.entries.length);
    const files = earlier(log, size);
    if (isSilent(log, files)) return undefined;
    const isMissingAbove = tileOf(size) !== tileOf(log.entries.length);
    return { files: files.set("checkpoint", log.files.get("checkpoint") as Buffer), indexes: [isMissingAbove ? 0 : tileOf(size) * TILE_WIDTH] };
  },
  "replace an entry": (log, draw) => changedItems(log, draw, (items, fresh) => items.with(draw.below(items.length), fresh), ENTRIES),
  "replace an entry with its leaf": (log, draw) => rewritten(log, draw, 0),
  "replace an entry with all tiles": (log, draw) => rewritten(log, draw, Infinity),
  "replay an old checkpoint": (log, draw) => {
    const size = draw.below(log.remembered);
    return { files: new Map(log.files).set("checkpoint", checkpointOf(log.hashes.slice(0, size), log.owner)), indexes: [size] };
  },
  "fork under the log's own key": (log, draw) => {
    const from = draw.below(log.remembered);
    const size = from + 1 + draw.below(log.entries.length - from + 20);
    const entries = Array.from({ length: size }, (_, at) => (at < from ? (log.entries[at] as Buffer) : entryOf("fork", at)));
    return { files: filesOf(entries, log.owner, { disclosed: log.disclosed }), indexes: [size < log.remembered ? size : 0] };
  },
  "restore an old mirror": (log, draw) => {
    const size = draw.below(log.remembered);
    return { files: earlier(log, size), indexes: [size] };
  },
  "drop entries without the log's word": (log, draw) => {
    if (!log.disclosed || log.dropped || log.entries.length < 2) return undefined;
    const [from, to] = draw.pair(log.entries.length);
    const entry = draw.of([draw.below(from + 1), to, log.entries.length]);
    const files = filesOf(log.entries, log.owner, { disclosed: true, dropped: { ranges: [{ from, to }], entry } });
    return isSilent(log, files) ? undefined : { files, indexes: [from, tileOf(from) * TILE_WIDTH] };
  },
};

const earlier = ({ entries, owner, disclosed }: PublishedLog, size: number): Files => filesOf(entries.slice(0, size), owner, { disclosed });
const pathsOf = ({ files }: PublishedLog, kind: RegExp): string[] => [...files.keys()].filter((path) => kind.test(path));

function changed(log: PublishedLog, draw: Draw, kind: RegExp, change: (bytes: Buffer) => Buffer | undefined): TamperedLog | undefined {
  const path = draw.of(pathsOf(log, kind));
  return withFiles(log, [[path, change(log.files.get(path) as Buffer)]]);
}

/** Changes a bundle's entries, or the hashes of a tile; `fresh` is one that the log does not have. */
function changedItems(
  log: PublishedLog,
  draw: Draw,
  change: (items: readonly Buffer[], fresh: Buffer) => readonly Buffer[],
  kind = draw.of([TILES, BUNDLES]),
): TamperedLog | undefined {
  const paths = pathsOf(log, kind);
  if (paths.length === 0) return undefined;
  const path = draw.of(paths);
  const bytes = log.files.get(path) as Buffer;
  if (TILES.test(path)) return withFiles(log, [[path, Buffer.concat(change(hashesIn(bytes), draw.bytes(HASH_BYTES)))]]);
  const fresh = entryOf("fresh", draw.below(1e9));
  return withFiles(log, [[path, BUNDLES.test(path) ? encodeBundle(change([...entriesIn(bytes)], fresh)) : change([bytes], fresh)[0]]]);
}

/** Another entry in the place of one, and what stands above it made again up to a level, under the old checkpoint. */
function rewritten(log: PublishedLog, draw: Draw, highest: number): TamperedLog | undefined {
  if (log.dropped) return undefined;
  const index = draw.below(log.entries.length);
  const entries = log.entries.with(index, entryOf("fresh", index));
  const files = new Map(log.files);
  for (const { bytes, ...tile } of tilesOf(log.hashes.with(index, leafHash(entries[index] as Buffer)))) if (tile.level <= highest) files.set(tilePath(tile), bytes);
  const bundle = { tile: tileOf(index), width: widthIn(entries.length, 0, tileOf(index)) };
  if (log.disclosed) files.set(bundlePath(bundle), encodeBundle(entries.slice(bundle.tile * TILE_WIDTH, (bundle.tile + 1) * TILE_WIDTH)));
  const isSeenAbove = bundle.width === TILE_WIDTH && highest === 0;
  return { files, indexes: [isSeenAbove ? bundle.tile * TILE_WIDTH : wholeOf(log, index)] };
}

function withFiles(log: PublishedLog, changes: readonly (readonly [path: string, bytes: Buffer | undefined])[]): TamperedLog | undefined {
  const files = new Map(log.files);
  for (const [path, bytes] of changes) {
    if (bytes === undefined) files.delete(path);
    else files.set(path, bytes);
  }
  const paths = changes.map(([path]) => path).filter((path) => !log.files.get(path)?.equals(files.get(path) ?? NONE));
  if (paths.length === 0 || isSilent(log, files)) return undefined;
  const unsigned = paths.includes("checkpoint");
  const indexes = [Math.min(...paths.map((path) => firstLeaf(log, path, files.get(path))))];
  // Without the entry that says what was dropped, or with another, the drop shows first.
  if (log.dropped && paths.some((path) => path === bundlePath({ tile: tileOf(log.dropped!.entry), width: log.entries.length % TILE_WIDTH }))) indexes.push(0, log.dropped.ranges[0]!.from);
  return { files, indexes: unsigned ? [] : indexes };
}

const NONE = Buffer.alloc(0);

const isSilent = ({ disclosed }: PublishedLog, files: Files): boolean => disclosed && ![...files].some(([path, { length }]) => BUNDLES.test(path) && length > 0);

/** Where a file first differs from what it was: told by comparing, without any rule of the verification but what it can see. */
function firstLeaf(log: PublishedLog, path: string, after: Buffer | undefined): number {
  const before = log.files.get(path) as Buffer;
  if (path === "dropped") return tileOf(log.dropped!.ranges[0]!.from) * TILE_WIDTH;
  const parsed = parseTilePath(path.replace(/^tile\//, ""));
  if (parsed?.kind === "entries") {
    const first = parsed.bundle.tile * TILE_WIDTH;
    return first + firstDifference(readable(before), after === undefined ? [] : readable(after), parsed.bundle.width);
  }
  if (parsed?.kind !== "tile") return Number(path.replace("entry/", ""));
  const { level, tile, width } = parsed.tile;
  const [was, is] = [hashesIn(before), after === undefined ? [] : hashesIn(after)];
  const leafOf = (at: number): number => (tile * TILE_WIDTH + at) * TILE_WIDTH ** level;
  if (level > 0) return leafOf(firstDifference(was, is, width));
  // Hashes whose entries are not there are told by the tile's length, or else by the tile above, or for the last one by the root.
  const told = was.findIndex((hash, at) => !is[at]?.equals(hash) && isThere(log, leafOf(at)));
  const whole = is.filter(({ length }) => length === HASH_BYTES).length;
  if (told >= 0 && told <= whole) return leafOf(told);
  if (whole < width) return leafOf(whole);
  if (is.length > width) return leafOf(width - 1);
  return width === TILE_WIDTH ? leafOf(0) : wholeOf(log, leafOf(firstDifference(was, is, width)));
}

const isThere = ({ disclosed, dropped }: PublishedLog, leaf: number): boolean => disclosed && !dropped?.ranges.some(({ from, to }) => from <= leaf && leaf < to);

/** What only the root tells: that what is remembered is contradicted, or what came after it. */
const wholeOf = ({ remembered }: PublishedLog, index: number): number => (index < remembered ? 0 : remembered);

/** Where the one list first differs from the other; its last place where the other goes on beyond it. */
const firstDifference = (was: readonly Buffer[], is: readonly Buffer[], width: number): number => {
  const at = was.findIndex((item, place) => !is[place]?.equals(item));
  return at < 0 ? width - 1 : at;
};

const tileOf = (index: number): number => Math.floor(index / TILE_WIDTH);
const hashesIn = (bytes: Buffer): Buffer[] => Array.from({ length: Math.ceil(bytes.length / HASH_BYTES) }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));

/** The entries of a bundle up to where it is broken. */
function readable(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  try {
    for (const entry of entriesIn(bytes)) entries.push(entry);
  } catch {
    // What follows cannot be read.
  }
  return entries;
}
