/**
 * Flows by one of their ends, compressed: those of node n lie from place `offsets[n]` to `offsets[n + 1]`. At place p, `pairs[2 * p]` is the
 * flow and `pairs[2 * p + 1]` its other end: beside each other, since a walk mostly waits for memory.
 */
export interface Adjacency {
  readonly offsets: Int32Array;
  readonly pairs: Int32Array;
}

export const EMPTY_ADJACENCY: Adjacency = { offsets: new Int32Array(1), pairs: new Int32Array(0) };

/** Sorts the first `count` flows by the nodes at one end, in two passes; `nodes` is one more than the greatest of these. */
export function compress(ends: Int32Array, others: Int32Array, count: number, nodes: number): Adjacency {
  const offsets = new Int32Array(nodes + 1);
  for (let flow = 0; flow < count; flow += 1) offsets[ends[flow]! + 1]! += 1;
  for (let node = 0; node < nodes; node += 1) offsets[node + 1]! += offsets[node]!;
  const pairs = new Int32Array(2 * count);
  // Filled from the back, each node's offset ends up at the beginning of its own part.
  for (let flow = count - 1; flow >= 0; flow -= 1) {
    const place = (offsets[ends[flow]! + 1]! -= 1);
    pairs[2 * place] = flow;
    pairs[2 * place + 1] = others[flow]!;
  }
  // Each offsets[n + 1] has moved to where n begins.
  offsets.copyWithin(0, 1);
  offsets[nodes] = count;
  return { offsets, pairs };
}

/** Flows that came after the compression, by one of their ends: chains, the newest first. */
export class Chains {
  private readonly heads = new Map<number, number>();
  private next = new Int32Array(0);

  /** `base`: how many flows are compressed. */
  constructor(private readonly base: number) {}

  first(node: number): number {
    return this.heads.size === 0 ? -1 : (this.heads.get(node) ?? -1);
  }

  after(flow: number): number {
    return this.next[flow - this.base]!;
  }

  add(node: number, flow: number): void {
    const place = flow - this.base;
    if (place >= this.next.length) {
      const longer = new Int32Array(Math.max(64, this.next.length * 2));
      longer.set(this.next);
      this.next = longer;
    }
    this.next[place] = this.first(node);
    this.heads.set(node, flow);
  }
}
