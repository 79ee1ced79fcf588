import type { FlowGraph } from "./flow-graph";
import { isHidden, jobNode, type Question, shownJob } from "./question";
import type { SideWalk } from "./side-walk";

/**
 * Nodes of a walk of which more flows lead to nodes that are not shown, in a direction in which the walk came upon them. `last`: the depth up
 * to which was walked. A job is come upon with what it stands beside.
 */
export function findTruncated(graph: FlowGraph, question: Question, sides: readonly SideWalk[], nodes: ReadonlyMap<number, number>, last: number): number[] {
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
    const hubs = new Set<number>();
    const examine = (node: number, place: number): void =>
      graph.eachFlow(place, side.side, (flow, far) => {
        if (!question.holds(flow)) return;
        const job = shownJob(graph, question, flow, place, far);
        if (job !== undefined && nodes.has(job)) {
          if (!isShown(far)) truncated.add(job);
          return;
        }
        if (job !== undefined) return void truncated.add(node);
        if (nodes.has(far)) return void (graph.isPassage(far) && hubs.add(far));
        if (question.includeJobs && isHidden(graph, question, far)) examine(node, far);
        else if (!isShown(far)) truncated.add(node);
      });
    for (const node of nodes.keys()) if (side.depthOf(node) <= last) examine(node, node);
    for (const hub of hubs) if (side.depthOf(hub) > last) examine(hub, hub);
    const { job } = question;
    if (job?.flows.some((flow) => !isShown(graph.root(side.side === "OUT" ? flow.to : flow.from)))) truncated.add(jobNode(question, job.number));
  }
  return [...nodes.keys()].filter((node) => truncated.has(node));
}
