import type { FlowGraph } from "./flow-graph";

/**
 * A graph in which flows leave a job for its outputs, as they are only written down where it has very many; for walks downstream that begin
 * there. These flows have negative numbers: they are only to be followed.
 */
export function beginAtJob(graph: FlowGraph, job: number, outputs: readonly number[]): FlowGraph {
  return {
    root: (number) => graph.root(number),
    eachFlow: (node, side, visit) => (node === job ? outputs.forEach((output, index) => visit(-1 - index, output)) : graph.eachFlow(node, side, visit)),
    since: (flow) => graph.since(flow),
    until: (flow) => graph.until(flow),
    stored: (flow, side) => graph.stored(flow, side),
    flow: (flow) => graph.flow(flow),
    isPassage: (node) => graph.isPassage(node),
  };
}
