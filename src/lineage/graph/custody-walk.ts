import type { DisposalKind } from "../model";
import { type Course, type Downstream, eachFlowFrom, walkDownstream } from "./downstream";
import type { FlowGraph } from "./flow-graph";

/** That a dataset was emptied, at an instant in milliseconds. */
export interface Disposed {
  readonly kind: DisposalKind;
  readonly at: number;
}

/** Custody follows every flow there ever was, and stops only at what is attested anonymous. */
export const courseOfCustody = (isAttested: (node: number) => boolean): Course => ({ carries: () => true, stopsAt: isAttested });

/** Every dataset that ever received content of these, disposed ones and what they passed on included. */
export const walkCustody = (graph: FlowGraph, from: readonly number[], isAttested: (node: number) => boolean): Downstream =>
  walkDownstream(graph, from, courseOfCustody(isAttested));

/** Why reached datasets hold nothing any more: attested anonymous, or disposed of with no flow of the walk into them since. */
export function findExcluded(
  graph: FlowGraph,
  walked: Downstream,
  isAttested: (node: number) => boolean,
  disposals: ReadonlyMap<number, Disposed>,
): Map<number, "ATTESTED" | DisposalKind> {
  const excluded = new Map<number, "ATTESTED" | DisposalKind>();
  for (const node of walked.nodes) {
    const kind = isAttested(node) ? "ATTESTED" : disposals.get(node)?.kind;
    if (kind !== undefined) excluded.set(node, kind);
  }
  if (disposals.size === 0) return excluded;
  eachFlowFrom(graph, walked, walked.nodes, courseOfCustody(isAttested), (_near, far, flow) => {
    const disposed = disposals.get(far);
    if (disposed !== undefined && !isAttested(far) && isLater(graph, flow, disposed)) excluded.delete(far);
  });
  return excluded;
}

/**
 * Whether a flow brought content after the disposal. A declaration that stands (it is open) goes on filling what was emptied; what was
 * dropped is filled again only by one that was made since.
 */
function isLater(graph: FlowGraph, flow: number, { kind, at }: Disposed): boolean {
  const until = graph.until(flow);
  if (until !== Infinity) return until > at;
  return kind !== "DROPPED" || graph.since(flow) > at;
}
