import type { FlowGraph } from "./flow-graph";
import { UNREACHED, withMarks } from "./marks";
import { NumberList } from "./number-list";

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
  /** What was reached, nearest first; starts are left out. */
  readonly nodes: Int32Array;
  /** By place in `nodes`. */
  readonly steps: { readonly from: Int32Array; readonly depth: Int32Array };
  /** Those that were walked through. */
  readonly passages: Int32Array;
}

/** Walks as far as it goes, breadth first; a passage is no step. */
export function walkDownstream(graph: FlowGraph, numbers: readonly number[], { carries, stopsAt }: Course): Downstream {
  const starts = [...new Set(numbers.map((number) => graph.root(number)))];
  const [nodes, from, depths, passages] = [new NumberList(), new NumberList(), new NumberList(), new NumberList()];
  withMarks(1, ([seen]) => {
    let near = 0;
    let depth = 0;
    const follow = (flow: number, far: number): void => {
      if (seen!.depthOf(far) !== UNREACHED || !carries(flow)) return;
      seen!.set(far, depth);
      if (graph.isPassage(far)) return passages.push(far);
      nodes.push(far);
      from.push(near);
      depths.push(depth);
    };
    let passed = 0;
    const walkBeyond = (node: number, at: number): void => {
      near = node;
      depth = at + 1;
      graph.eachFlow(node, "OUT", follow);
      for (; passed < passages.length; passed += 1) graph.eachFlow(passages.at(passed), "OUT", follow);
    };
    for (const start of starts) seen!.set(start, 0);
    for (const start of starts) walkBeyond(start, 0);
    for (let place = 0; place < nodes.length; place += 1) if (!stopsAt(nodes.at(place))) walkBeyond(nodes.at(place), depths.at(place));
  });
  return { starts, nodes: nodes.copy(), steps: { from: from.copy(), depth: depths.copy() }, passages: passages.copy() };
}

/** Each flow that leaves these nodes, as far as the course goes beyond them. */
export function eachFlowFrom(
  graph: FlowGraph,
  { starts, passages }: Downstream,
  nodes: Iterable<number>,
  { carries, stopsAt }: Course,
  visit: (near: number, far: number, flow: number) => void,
): void {
  let near = 0;
  const follow = (flow: number, far: number): void => void (carries(flow) && visit(near, far, flow));
  for (near of starts) graph.eachFlow(near, "OUT", follow);
  for (near of nodes) if (!stopsAt(near)) graph.eachFlow(near, "OUT", follow);
  for (near of passages) graph.eachFlow(near, "OUT", follow);
}

export interface Cut {
  /** The nearest first. */
  readonly listed: readonly number[];
  /** By listed node. */
  readonly steps: ReadonlyMap<number, Step>;
  /** Starts and listed nodes from which flows lead to what is not listed. */
  readonly truncatedAt: readonly number[];
}

/** From a start to a listed node, both included: what lies on the way is nearer, so it is listed too. */
export function pathTo({ steps }: Pick<Cut, "steps">, node: number): number[] {
  const path = [node];
  for (let step = steps.get(node); step !== undefined; step = steps.get(step.from)) path.push(step.from);
  return path.reverse();
}

/** The nearest of what was reached, of those equally near the ones with the smallest numbers. */
export function nearest(graph: FlowGraph, walked: Downstream, course: Course, first: number): Cut {
  const { listed, steps } = listNearest(walked, first);
  if (listed.length === walked.nodes.length) return { listed, steps, truncatedAt: [] };
  const shown = new Set([...walked.starts, ...listed]);
  const passages = new Set(walked.passages);
  const entering = new Map<number, number[]>();
  const leadingOn = new Set<number>();
  eachFlowFrom(graph, walked, listed, course, (near, far) => {
    if (shown.has(far)) return;
    if (!passages.has(far)) leadingOn.add(near);
    else if (!entering.get(far)?.push(near)) entering.set(far, [near]);
  });
  // What enters a passage leads wherever the passage does; a set that grows is walked to its end.
  for (const node of leadingOn) for (const near of entering.get(node) ?? []) leadingOn.add(near);
  return { listed, steps, truncatedAt: [...shown].filter((node) => leadingOn.has(node)) };
}

function listNearest({ nodes, steps: { from, depth } }: Downstream, first: number): Pick<Cut, "listed" | "steps"> {
  const listed: number[] = [];
  const steps = new Map<number, Step>();
  for (let begin = 0, end = 0; begin < nodes.length && listed.length < first; begin = end) {
    while (end < nodes.length && depth[end] === depth[begin]) end += 1;
    const level = nodes.slice(begin, end).sort().subarray(0, first - listed.length);
    for (const node of level) listed.push(node);
    const wanted = new Set(level);
    for (let place = begin; place < end; place += 1) if (wanted.has(nodes[place]!)) steps.set(nodes[place]!, { from: from[place]!, depth: depth[place]! });
  }
  return { listed, steps };
}
