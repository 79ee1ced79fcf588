import type { Direction, LineageEdge, LineageGraph } from "./lineage-graph";
import { hiddenName, printable } from "./printable";

/** Jobs named at one line. */
const JOBS_NAMED = 3;

type Way = Exclude<Direction, "BOTH">;
type Neighbours = ReadonlyMap<string, ReadonlyMap<string, readonly LineageEdge[]>>;

interface Branch {
  readonly id: string;
  /** Before its own line, and before those of what hangs on it. */
  readonly stem: string;
  readonly below: string;
  /** What led here; none at a root. */
  readonly edges: readonly LineageEdge[];
  /** Whether what hangs on it is shown here. */
  readonly full: boolean;
}

/**
 * The lines of a tree from where the walk began, flows' other ends below. Each node is shown in full once, as near to the root as it can be, and
 * marked (*) wherever else it hangs; … marks a node of which further flows were cut. Both directions are two trees.
 */
export function* treeOf(graph: LineageGraph, direction: Direction): Generator<string> {
  const ways: readonly Way[] = direction === "BOTH" ? ["UPSTREAM", "DOWNSTREAM"] : [direction];
  const shown = new Set<string>();
  for (const way of ways) {
    if (ways.length > 1) yield `${way.toLowerCase()}:`;
    yield* treeIn(graph, way, graph.nodes.filter(({ depth }) => depth === 0).map(({ id }) => id), shown);
  }
  // Reached through what is not shown.
  const apart = graph.nodes.filter(({ id }) => !shown.has(id)).map(({ id }) => id);
  yield* treeIn({ ...graph, edges: [] }, "DOWNSTREAM", apart, shown);
}

function* treeIn(graph: LineageGraph, way: Way, roots: readonly string[], shown: Set<string>): Generator<string> {
  const neighbours = neighboursIn(graph, way);
  const parents = parentsIn(neighbours, roots);
  const cut = new Set(graph.truncatedAt);
  // A stack, because a chain may be longer than calls can be deep.
  const open: Branch[] = roots.map((id) => ({ id, stem: "", below: "", edges: [], full: true })).reverse();
  for (let branch = open.pop(); branch !== undefined; branch = open.pop()) {
    const { id, stem, below, edges, full } = branch;
    shown.add(id);
    yield `${stem}${[labelOf(id), noteOf(edges), full ? "" : "(*)", cut.has(id) ? "…" : ""].filter(Boolean).join(" ")}`;
    if (!full) continue;
    const children = [...(neighbours.get(id) ?? [])];
    for (const [at, [child, led]] of [...children.entries()].reverse()) {
      const last = at === children.length - 1;
      open.push({ id: child, stem: `${below}${last ? "└─ " : "├─ "}`, below: `${below}${last ? "   " : "│  "}`, edges: led, full: parents.get(child) === id });
    }
  }
}

function neighboursIn({ edges }: LineageGraph, way: Way): Neighbours {
  const neighbours = new Map<string, Map<string, LineageEdge[]>>();
  for (const edge of edges) {
    const [near, far] = way === "DOWNSTREAM" ? [edge.from, edge.to] : [edge.to, edge.from];
    const ofNear = neighbours.get(near) ?? new Map<string, LineageEdge[]>();
    neighbours.set(near, ofNear.set(far, [...(ofNear.get(far) ?? []), edge]));
  }
  return neighbours;
}

/** Where each node hangs in full: at the first that leads to it, breadth first. Roots hang nowhere. */
function parentsIn(neighbours: Neighbours, roots: readonly string[]): Map<string, string | null> {
  const parents = new Map<string, string | null>(roots.map((id) => [id, null]));
  // A map's iteration takes in what is added meanwhile.
  for (const id of parents.keys()) for (const far of neighbours.get(id)?.keys() ?? []) if (!parents.has(far)) parents.set(far, id);
  return parents;
}

function labelOf(id: string): string {
  const name = hiddenName(id);
  return name === undefined ? printable(id) : `${printable(id)} "${name}"`;
}

function noteOf(edges: readonly LineageEdge[]): string {
  const jobs = [...new Set(edges.flatMap(({ job, from, to }) => (job === null || job === from || job === to ? [] : [printable(job)])))];
  const more = jobs.length > JOBS_NAMED ? [`${jobs.length - JOBS_NAMED} more`] : [];
  const masked = edges.length > 0 && edges.every(({ masking }) => masking === true) ? "[masked]" : "";
  return [masked, jobs.length > 0 ? `by ${[...jobs.slice(0, JOBS_NAMED), ...more].join(", ")}` : ""].filter(Boolean).join(" ");
}
