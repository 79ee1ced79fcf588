import type { FlowGraph, Side } from "./flow-graph";

/** Flows looked at before a search for further paths is given up: a second's work at worst. */
const MOST_LOOKS = 5_000_000;

/** Finds paths between sets of nodes; what is between two nodes, a passage, is no part of them. */
export class PathFinder {
  private looks = 0;

  constructor(
    private readonly graph: FlowGraph,
    private readonly holds: (flow: number) => boolean,
    private readonly targets: ReadonlySet<number>,
  ) {}

  /** All paths of the least length, the first ones by their nodes' numbers. */
  *shortest(sources: readonly number[]): Generator<number[]> {
    const distances = this.distances(NOTHING, new Set(sources));
    const least = leastOf(sources.map((source) => distances.get(source)));
    for (const source of ascending(sources)) if (distances.get(source) === least) yield* this.descend([source], distances);
  }

  /**
   * All paths that come through no node twice, the shortest first, then by their nodes' numbers: of what each path that was found leaves open,
   * at each of its nodes, the next best one is looked for. Ends early where that takes too long.
   */
  *simple(sources: readonly number[]): Generator<number[]> {
    const open: Branch[] = [];
    const add = (prefix: readonly number[], barred: ReadonlySet<number>): void => {
      const path = this.best(prefix, barred, sources);
      if (path !== undefined) open.push({ path, prefix, barred });
    };
    add([], NOTHING);
    while (open.length > 0 && this.looks < MOST_LOOKS) {
      open.sort((one, other) => comparePaths(other.path, one.path));
      const { path, prefix, barred } = open.pop()!;
      yield path;
      for (let length = prefix.length; length < path.length; length += 1) {
        // A path may end at its prefix only where that is a target: then nothing is barred after it.
        const next = path[length]!;
        add(path.slice(0, length), new Set([...(length === prefix.length ? barred : NOTHING), next]));
      }
    }
  }

  /** The best path that begins with the prefix and does not go on with a barred node. */
  private best(prefix: readonly number[], barred: ReadonlySet<number>, sources: readonly number[]): number[] | undefined {
    const last = prefix.at(-1);
    if (last !== undefined && this.targets.has(last)) return undefined;
    const used = new Set(prefix);
    const ways = (last === undefined ? ascending(sources) : this.hops(last)).filter((node) => !used.has(node) && !barred.has(node));
    if (ways.length === 0) return undefined;
    const distances = this.distances(used, new Set(ways));
    const least = leastOf(ways.map((way) => distances.get(way)));
    const way = ways.find((node) => distances.get(node) === least);
    if (least === undefined || way === undefined) return undefined;
    for (const path of this.descend([...prefix, way], distances)) return path;
    return undefined;
  }

  /** Paths on which every step comes nearer to a target. */
  private *descend(path: readonly number[], distances: ReadonlyMap<number, number>): Generator<number[]> {
    const node = path.at(-1)!;
    const distance = distances.get(node)!;
    if (distance === 0) return yield [...path];
    if (this.looks > MOST_LOOKS) return;
    for (const next of this.hops(node)) if (distances.get(next) === distance - 1) yield* this.descend([...path, next], distances);
  }

  /** Steps from nodes to the nearest target without coming through the closed ones, at least as far as the nearest of `wanted` lies. */
  private distances(closed: ReadonlySet<number>, wanted: ReadonlySet<number>): Map<number, number> {
    const distances = new Map<number, number>();
    let level = [...this.targets].filter((target) => !closed.has(target));
    const passed = new Set<number>();
    for (const target of level) distances.set(target, 0);
    for (let distance = 1; level.length > 0 && !level.some((node) => wanted.has(node)); distance += 1) {
      const next: number[] = [];
      for (const node of level) {
        this.eachHop(node, "IN", passed, (far) => {
          if (distances.has(far) || closed.has(far)) return;
          distances.set(far, distance);
          next.push(far);
        });
      }
      level = next;
    }
    return distances;
  }

  /** The nodes that one flows into, each once, ascending. */
  private hops(node: number): number[] {
    const found = new Set<number>();
    this.eachHop(node, "OUT", new Set(), (far) => void (far !== node && found.add(far)));
    return ascending(found);
  }

  /** `passed`: passages that need not be walked through again. */
  private eachHop(node: number, side: Side, passed: Set<number>, visit: (far: number) => void): void {
    this.graph.eachFlow(node, side, (flow, far) => {
      this.looks += 1;
      if (!this.holds(flow)) return;
      if (!this.graph.isPassage(far)) return visit(far);
      if (passed.has(far)) return;
      passed.add(far);
      this.eachHop(far, side, passed, visit);
    });
  }
}

/** The best of the paths that begin with `prefix` and do not go on with what is barred. */
interface Branch {
  readonly path: number[];
  readonly prefix: readonly number[];
  readonly barred: ReadonlySet<number>;
}

const NOTHING: ReadonlySet<number> = new Set();

const ascending = (numbers: Iterable<number>): number[] => [...new Set(numbers)].sort((one, other) => one - other);

const leastOf = (distances: readonly (number | undefined)[]): number | undefined => {
  const known = distances.filter((distance) => distance !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
};

function comparePaths(one: readonly number[], other: readonly number[]): number {
  if (one.length !== other.length) return one.length - other.length;
  const place = one.findIndex((node, index) => node !== other[index]);
  return place < 0 ? 0 : one[place]! - other[place]!;
}
