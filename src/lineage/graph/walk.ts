import type { FlowGraph } from "./flow-graph";
import { isHidden, jobNode, type Question, shownJob } from "./question";
import { SideWalk } from "./side-walk";

export interface Walked {
  /** Depths of the nodes that are shown, by depth, then number. */
  readonly nodes: ReadonlyMap<number, number>;
  /** Those of which more flows, in the direction of the walk, lead to nodes that are not. */
  readonly truncatedAt: readonly number[];
}

/** Walks breadth first, in each direction by itself, until nothing is left, or `depth` or `first` is reached. */
export function walk(graph: FlowGraph, question: Question): Walked {
  const sides = question.sides.map((side) => new SideWalk(graph, question, side));
  const nodes = new Map<number, number>();
  let room = question.first;
  let depth = 0;
  for (; depth <= question.depth && !sides.every((side) => side.isDone(depth)); depth += 1) {
    const level = new Set(sides.flatMap((side) => [...side.nodesAt(depth)]).filter((node) => !nodes.has(node)));
    const sorted = [...level].sort((one, other) => one - other);
    for (const node of depth === 0 ? sorted : sorted.slice(0, room)) nodes.set(node, depth);
    if (depth === 0) room += sorted.length;
    room -= sorted.length;
    if (room < 0) break;
    for (const side of sides) side.walkBeyond(depth);
  }
  return { nodes, truncatedAt: findTruncated(graph, question, sides, nodes, depth) };
}

/** `last`: the depth up to which was walked. */
function findTruncated(graph: FlowGraph, question: Question, sides: readonly SideWalk[], nodes: ReadonlyMap<number, number>, last: number): number[] {
  const truncated = new Set<number>();
  for (const side of sides) {
    const through = new Map<number, boolean>();
    /** Whether all that lies at this end is shown, behind a passage too. */
    const isShown = (node: number): boolean => {
      if (nodes.has(node)) return true;
      if (!isHidden(graph, question, node)) return false;
      const known = through.get(node);
      if (known !== undefined) return known;
      through.set(node, true);
      let shown = true;
      graph.eachFlow(node, side.side, (flow, far) => {
        if (shown && question.holds(flow)) shown = isShown(far);
      });
      through.set(node, shown);
      return shown;
    };
    const examine = (node: number, place: number): void =>
      graph.eachFlow(place, side.side, (flow, far) => {
        if (!question.holds(flow)) return;
        const job = shownJob(graph, question, flow, place, far);
        if (job === undefined && question.includeJobs && !nodes.has(far) && isHidden(graph, question, far)) examine(node, far);
        else if (job === undefined || !nodes.has(job)) {
          if (job !== undefined || !isShown(far)) truncated.add(node);
        } else if (!isShown(far)) truncated.add(job);
      });
    for (const node of nodes.keys()) if ((side.depthOf(node) ?? Infinity) <= last) examine(node, node);
    const { job } = question;
    if (job?.flows.some((flow) => !isShown(graph.root(side.side === "OUT" ? flow.to : flow.from)))) truncated.add(jobNode(question, job.number));
  }
  return [...nodes.keys()].filter((node) => truncated.has(node));
}
