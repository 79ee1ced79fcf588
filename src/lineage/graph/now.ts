import type { FlowGraph } from "./flow-graph";

/** Whether a flow is in the picture as it stands at an instant, in milliseconds: it ends later and was not taken back altogether. */
export function standsAt(graph: FlowGraph, flow: number, now: number): boolean {
  const until = graph.until(flow);
  // What never ends was not taken back: most flows need no second look.
  return until === Infinity || (until > now && graph.since(flow) < until);
}
