/** Flows between nodes 0 … nodes - 1, by position. */
export interface Shape {
  readonly nodes: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Shares of nodes and flows in the core, where flows go round in cycles, and of flows that leave it and come back to it. */
const CORE_NODES = 0.02;
const IN_CORE = 0.028;
const OUT_OF_CORE = 0.02;
const BACK_INTO_CORE = 0.003;

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A large company's flows: a core in which most flows into most, and the long rest, where the earlier a dataset is the more others read it, so that
 * a few are read by thousands and most by none. Most closures are small, one of fifty reaches a good part of everything.
 */
export function companyShape(nodes: number, flows: number): Shape {
  const random = seededRandom(20261122);
  const from = new Int32Array(flows);
  const to = new Int32Array(flows);
  const core = Math.ceil(nodes * CORE_NODES);
  const inCore = (): number => Math.floor(random() * core);
  const anywhere = (): number => core + Math.floor(random() * (nodes - core));
  const draw = (): [from: number, to: number] => {
    const share = random();
    if (share < IN_CORE) return [inCore(), inCore()];
    if (share < IN_CORE + OUT_OF_CORE) return [inCore(), anywhere()];
    if (share < IN_CORE + OUT_OF_CORE + BACK_INTO_CORE) return [anywhere(), inCore()];
    const reader = anywhere();
    return [core + Math.floor((reader - core) * random() ** 3), reader];
  };
  const drawn = new Set<number>();
  for (let at = 0; at < flows; ) {
    const [one, other] = draw();
    if (drawn.has(one * nodes + other)) continue;
    drawn.add(one * nodes + other);
    [from[at], to[at]] = [one, other];
    at += 1;
  }
  return { nodes, from, to };
}
