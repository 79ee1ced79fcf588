import { EMPTY_ROOT, foldLevel, GrowingTree, HASH_BYTES } from "../protocol/tlog/merkle-tree";
import { type Tile, TILE_WIDTH, widthIn } from "../protocol/tlog/tiles";

/** The leaves [256 · tile, 256 · tile + n) as they were found. */
interface Block {
  readonly tile: number;
  /** Leaf hashes of the entries read; undefined where there is no entry. As many as the log has given indexes in this block. */
  readonly entries: readonly (Buffer | undefined)[];
  /** Sizes within the block, or at its end, at which the root is asked for. */
  readonly sizes: readonly number[];
}

type ReportFault = (firstLeaf: number, fault: string) => void;

/** The bytes of a tile as stored; undefined where there is none. */
type ReadTile = (tile: Omit<Tile, "width">) => Buffer | undefined;

/** A hash as its tile says, and as the level below gives it. */
interface Both {
  readonly stored: Buffer;
  readonly computed: Buffer;
}

/**
 * Walks through a log from its first leaf, block by block, and compares three things that say the same: the entries, the tiles of every level, and
 * the roots of checkpoints. Two of them tell which one was altered, so that a fault is reported where it is, and only there.
 */
export class TreeWalk {
  private readonly blocks = new GrowingTree();
  /** Of each level above the leaves: what the tile that is being walked through holds so far. */
  private readonly open: Both[][] = [];
  /** A leaf is not known, or which of two it was: no root after it can be judged. */
  private lost = false;

  constructor(
    /** Leaves that the tiles cover. */
    private readonly size: number,
    private readonly report: ReportFault,
  ) {}

  /** Goes on by one block; answers what the root may be at each of the sizes asked for, of which one may stand on an altered tile; none if nobody can tell. */
  walk({ tile, entries, sizes }: Block, readTile: ReadTile): Map<number, readonly Buffer[]> {
    const stored = this.hashesOf({ level: 0, tile }, readTile);
    const byEntries = entries.map((hash, at) => hash ?? stored[at]);
    const byTile = byEntries.map((hash, at) => stored[at] ?? hash);
    const alike = byEntries.every((hash, at) => hash === undefined || hash.equals(byTile[at]!));
    if (!alike) this.reportDiffering(tile, entries, stored);
    const candidates = (alike ? [byTile] : [byTile, byEntries]).map(unbroken);
    const roots = new Map(sizes.map((size) => [size, [] as Buffer[]]));
    for (const leaves of candidates) this.findRoots(tile * TILE_WIDTH, leaves, roots);
    if (byTile.length === TILE_WIDTH) this.close(tile, candidates, readTile);
    return roots;
  }

  private reportDiffering(tile: number, entries: readonly (Buffer | undefined)[], stored: readonly (Buffer | undefined)[]): void {
    entries.forEach((hash, at) => {
      if (hash !== undefined && stored[at] !== undefined && !hash.equals(stored[at])) this.report(tile * TILE_WIDTH + at, "the entry does not have the hash that its tile holds");
    });
  }

  private findRoots(first: number, leaves: readonly Buffer[], roots: Map<number, Buffer[]>): void {
    if (roots.size === 0 || this.lost) return;
    const tree = new GrowingTree(first, this.blocks.cover);
    roots.get(first)?.push(tree.root());
    for (const leaf of leaves) {
      tree.append(leaf);
      roots.get(tree.size)?.push(tree.root());
    }
  }

  private close(tile: number, candidates: readonly (readonly Buffer[])[], readTile: ReadTile): void {
    const folded = candidates.filter(({ length }) => length === TILE_WIDTH).map(foldLevel);
    const hash = this.climb(1, tile, folded, readTile);
    this.lost ||= folded.length === 0 || (folded.length > 1 && hash === undefined);
    this.blocks.append(hash ?? EMPTY_ROOT);
  }

  /** Compares a hash with what stands below it; answers the one to go on with, undefined where two contradict each other and it contradicts both. */
  private climb(level: number, index: number, folded: readonly Buffer[], readTile: ReadTile): Buffer | undefined {
    const tile = Math.floor(index / TILE_WIDTH);
    const stored = this.hashesOf({ level, tile }, readTile)[index % TILE_WIDTH];
    const agreeing = folded.find((hash) => stored?.equals(hash));
    if (stored !== undefined && agreeing === undefined) this.report(index * TILE_WIDTH ** level, `a hash of a tile of level ${level} is not the one of the tile below it`);
    const computed = agreeing ?? (folded.length === 1 ? folded[0] : undefined);
    const open = (this.open[level] ??= []);
    open.push({ stored: stored ?? computed ?? EMPTY_ROOT, computed: computed ?? stored ?? EMPTY_ROOT });
    if (open.length === TILE_WIDTH) {
      this.open[level] = [];
      this.climb(level + 1, tile, [foldLevel(open.map((both) => both.computed)), foldLevel(open.map((both) => both.stored))], readTile);
    }
    return computed;
  }

  /** A tile's hashes that belong into the tree; reports it where it is shorter or longer. */
  private hashesOf({ level, tile }: Omit<Tile, "width">, readTile: ReadTile): (Buffer | undefined)[] {
    const width = widthIn(this.size, level, tile);
    const bytes = readTile({ level, tile }) ?? NONE;
    const held = Math.floor(bytes.length / HASH_BYTES);
    if (held !== width) this.report((tile * TILE_WIDTH + Math.min(held, width)) * TILE_WIDTH ** level, `a tile of level ${level} holds ${held} hashes instead of ${width}`);
    return Array.from({ length: Math.min(held, width) }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
  }
}

/** How many tiles a tree of this size has. */
export function tilesOf(size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH);
  return size === 0 ? 0 : Math.ceil(size / TILE_WIDTH) + tilesOf(hashes);
}

const NONE = Buffer.alloc(0);

function unbroken(leaves: readonly (Buffer | undefined)[]): Buffer[] {
  const end = leaves.indexOf(undefined);
  return (end < 0 ? leaves : leaves.slice(0, end)) as Buffer[];
}
