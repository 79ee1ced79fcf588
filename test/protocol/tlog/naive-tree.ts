import { EMPTY_ROOT, leafHash, nodeHash, type ReadHashes } from "../../../src/protocol/tlog/merkle-tree";

/** RFC 6962, section 2.1, word for word, over leaves whose full subtrees are hashed once. */
export class NaiveTree {
  private readonly levels: Buffer[][];

  /** `leaves`: a power of two. */
  constructor(leaves: number) {
    this.levels = [Array.from({ length: leaves }, (_, at) => leafHash(Buffer.from(`entry ${at}`)))];
    for (let level = this.levels[0] as Buffer[]; level.length > 1; this.levels.push(level)) {
      level = Array.from({ length: level.length / 2 }, (_, at) => nodeHash(level[2 * at] as Buffer, level[2 * at + 1] as Buffer));
    }
  }

  leaf(index: number): Buffer {
    return this.full(0, index);
  }

  /** The tree of full subtrees of this height: the hash of leaves [index · 2^height, (index + 1) · 2^height). */
  full(height: number, index: number): Buffer {
    return this.levels[height]?.[index] as Buffer;
  }

  root(size: number): Buffer {
    return size === 0 ? EMPTY_ROOT : this.hash(0, size);
  }

  readonly read: ReadHashes = async (subtrees) => subtrees.map(({ height, index }) => this.full(height, index));

  /** MTH(D[from:to]) */
  private hash(from: number, to: number): Buffer {
    const height = Math.log2(to - from);
    if (Number.isInteger(height)) return this.full(height, from / (to - from));
    const split = 2 ** Math.floor(height);
    return nodeHash(this.hash(from, from + split), this.hash(from + split, to));
  }
}
