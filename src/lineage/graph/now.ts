import type { FlowGraph } from "./flow-graph";

/** Whether a flow is in the picture as it stands at an instant, in milliseconds: it ends later and was not taken back altogether. */
export const standsAt = (graph: FlowGraph, flow: number, now: number): boolean => graph.until(flow) > now && graph.since(flow) < graph.until(flow);
