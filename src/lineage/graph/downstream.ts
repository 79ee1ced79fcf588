import type { FlowGraph } from "./flow-graph";

/** Where a walk goes. */
export interface Course {
  /** Whether the walk follows a flow. */
  readonly carries: (flow: number) => boolean;
  /** Whether what was reached is not walked beyond; beginnings always are. */
  readonly stopsAt: (node: number) => boolean;
}

interface Step {
  /** The node over which a shortest way leads. */
  readonly from: number;
  readonly depth: number;
}

/** All that lies downstream of some nodes. */
export interface Downstream {
  readonly starts: readonly number[];
  /** By node, nearest first; starts are left out. */
  readonly reached: ReadonlyMap<number, Step>;
  /** Those that were walked through. */
  readonly passages: ReadonlySet<number>;
}

/** Walks as far as it goes, breadth first; a passage is no step. */
export function walkDownstream(graph: FlowGraph, from: readonly number[], { carries, stopsAt }: Course): Downstream {
  const starts = [...new Set(from.map((number) => graph.root(number)))];
  const seen = new Set(starts);
  const reached = new Map<number, Step>();
  const passages = new Set<number>();
  const walking = [...starts];
  for (const node of walking) {
    const depth = (reached.get(node)?.depth ?? 0) + 1;
    const through = [node];
    for (const place of through) {
      graph.eachFlow(place, "OUT", (flow, far) => {
        if (seen.has(far) || !carries(flow)) return;
        seen.add(far);
        if (graph.isPassage(far)) {
          passages.add(far);
          through.push(far);
        } else {
          reached.set(far, { from: node, depth });
          if (!stopsAt(far)) walking.push(far);
        }
      });
    }
  }
  return { starts, reached, passages };
}

/** Each flow of a walk: those that leave what was walked beyond. */
export function eachFlowOf(graph: FlowGraph, walked: Downstream, { carries, stopsAt }: Course, visit: (near: number, far: number, flow: number) => void): void {
  const from = (near: number): void => graph.eachFlow(near, "OUT", (flow, far) => void (carries(flow) && visit(near, far, flow)));
  walked.starts.forEach(from);
  for (const node of walked.reached.keys()) if (!stopsAt(node)) from(node);
  walked.passages.forEach(from);
}

/** From a start to a node of the walk, both included. */
export function pathTo({ reached }: Pick<Downstream, "reached">, node: number): number[] {
  const path = [node];
  for (let step = reached.get(node); step !== undefined; step = reached.get(step.from)) path.push(step.from);
  return path.reverse();
}

export interface Cut {
  readonly listed: readonly number[];
  /** Starts and listed nodes from which flows lead to what is not listed. */
  readonly truncatedAt: readonly number[];
}

/** The nearest of what was reached, of those equally near the ones with the smallest numbers. */
export function nearest(graph: FlowGraph, walked: Downstream, course: Course, first: number): Cut {
  const all = [...walked.reached].sort(([one, { depth }], [other, step]) => depth - step.depth || one - other).map(([node]) => node);
  const listed = all.slice(0, first);
  if (listed.length === all.length) return { listed, truncatedAt: [] };
  const shown = new Set([...walked.starts, ...listed]);
  const entering = new Map<number, number[]>();
  const leadingOn = new Set<number>();
  eachFlowOf(graph, walked, course, (near, far) => {
    if (shown.has(far)) return;
    if (!walked.passages.has(far)) leadingOn.add(near);
    else if (!entering.get(far)?.push(near)) entering.set(far, [near]);
  });
  // What enters a passage leads wherever the passage does; a set that grows is walked to its end.
  for (const node of leadingOn) for (const near of entering.get(node) ?? []) leadingOn.add(near);
  return { listed, truncatedAt: [...shown].filter((node) => leadingOn.has(node)) };
}
