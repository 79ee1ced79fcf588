import { hash } from "node:crypto";

/** SHA-256 hashes of an RFC 6962 tree, 32 bytes each. Sizes and indexes are whole numbers up to 2^53: no bit operations, which end at 2^31. */
export const HASH_BYTES = 32;

const LEAF_PREFIX = Buffer.from([0]);
const NODE_PREFIX = Buffer.from([1]);

/** Root of the tree without leaves (RFC 6962, section 2.1). */
export const EMPTY_ROOT: Buffer = sha256([]);

export const leafHash = (entry: Uint8Array): Buffer => sha256([LEAF_PREFIX, entry]);

export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256([NODE_PREFIX, left, right]);

/** By way of a string, because Node makes that in half the time that a Hash object and its Buffer take. */
function sha256(parts: readonly Uint8Array[]): Buffer {
  return Buffer.from(hash("sha256", Buffer.concat(parts), "binary"), "binary");
}

/** A full subtree: its leaves are [index · 2^height, (index + 1) · 2^height). Height 0 is a leaf. */
export interface Subtree {
  readonly height: number;
  readonly index: number;
}

/** Leaves from `from`, inclusive, to `to`, exclusive. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** Hashes of full subtrees, in the order asked for. */
export type ReadHashes = (subtrees: readonly Subtree[]) => Promise<readonly Buffer[]>;

/** The fewest full subtrees that together are these leaves, from left to right. */
export function coverOf({ from, to }: LeafRange): Subtree[] {
  const cover: Subtree[] = [];
  for (let at = from; at < to; ) {
    let height = 0;
    let leaves = 1;
    while (at % (2 * leaves) === 0 && at + 2 * leaves <= to) {
      leaves *= 2;
      height += 1;
    }
    cover.push({ height, index: at / leaves });
    at += leaves;
  }
  return cover;
}

/** The hash over the subtrees of a cover whose sizes fall from left to right, as all ranges of RFC 6962 proofs do. */
export const foldCover = (hashes: readonly Buffer[]): Buffer =>
  hashes.length === 0 ? EMPTY_ROOT : hashes.reduceRight((right, left) => nodeHash(left, right));

/** The hash over neighbouring subtrees of one height; their number is a power of two. */
export function foldLevel(hashes: readonly Buffer[]): Buffer {
  let level = hashes;
  while (level.length > 1) level = Array.from({ length: level.length / 2 }, (_, at) => nodeHash(level[2 * at] as Buffer, level[2 * at + 1] as Buffer));
  return level[0] as Buffer;
}

/** Hashes of the subtrees that make up a tree of this size, the largest first: what has to be known to let the tree grow. */
export const readFrontier = async (size: number, read: ReadHashes): Promise<Buffer[]> => [...(await read(coverOf({ from: 0, to: size })))];

export const readRoot = async (size: number, read: ReadHashes): Promise<Buffer> => foldCover(await readFrontier(size, read));

/** A tree that grows by leaves and knows of its past no more than the frontier: every root it ever has extends the one it began with. */
export class GrowingTree {
  private readonly frontier: Buffer[];

  /** `frontier`: hashes of the cover of the first `size` leaves. */
  constructor(
    private leaves = 0,
    frontier: readonly Buffer[] = [],
  ) {
    if (frontier.length !== coverOf({ from: 0, to: leaves }).length) throw new Error("the frontier does not fit the size of the tree");
    this.frontier = [...frontier];
  }

  get size(): number {
    return this.leaves;
  }

  /** Hashes of its cover: with the size, all that it knows, and what another one can go on from. */
  get cover(): readonly Buffer[] {
    return this.frontier;
  }

  append(leaf: Buffer): void {
    let hash = leaf;
    for (let rest = this.leaves; rest % 2 === 1; rest = (rest - 1) / 2) hash = nodeHash(this.frontier.pop() as Buffer, hash);
    this.frontier.push(hash);
    this.leaves += 1;
  }

  root(): Buffer {
    return foldCover(this.frontier);
  }
}
