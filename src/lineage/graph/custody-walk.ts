import type { DisposalKind } from "../model";
import { type Course, type Downstream, eachFlowFrom, walkDownstream } from "./downstream";
import type { FlowGraph } from "./flow-graph";

/** That a dataset was emptied. Instants in milliseconds. */
export interface Disposed {
  readonly kind: DisposalKind;
  readonly at: number;
  /** The numbers that it speaks of: what was the dataset when it was recorded. */
  readonly covers: ReadonlySet<number>;
  /** Of a former name, when it became one: it speaks only of what came under that name since. -Infinity: it is none. */
  readonly renamedAt: number;
}

/** Custody follows every flow there ever was, and stops only at what is attested anonymous. */
export const courseOfCustody = (isAttested: (node: number) => boolean): Course => ({ carries: () => true, stopsAt: isAttested });

/** Every dataset that ever received content of these, disposed ones and what they passed on included. */
export const walkCustody = (graph: FlowGraph, from: readonly number[], isAttested: (node: number) => boolean): Downstream =>
  walkDownstream(graph, from, courseOfCustody(isAttested));

/**
 * Why reached datasets hold nothing any more: attested anonymous, or disposed of, with each flow of the walk into them ended by one of their
 * disposals; then the latest is told.
 */
export function findExcluded(
  graph: FlowGraph,
  walked: Downstream,
  isAttested: (node: number) => boolean,
  disposals: ReadonlyMap<number, readonly Disposed[]>,
): Map<number, "ATTESTED" | Disposed> {
  const excluded = new Map<number, "ATTESTED" | Disposed>();
  for (const node of walked.nodes) {
    const reason = isAttested(node) ? "ATTESTED" : latest(disposals.get(node));
    if (reason !== undefined) excluded.set(node, reason);
  }
  if (disposals.size === 0) return excluded;
  eachFlowFrom(graph, walked, walked.nodes, courseOfCustody(isAttested), (_near, far, flow) => {
    const disposed = disposals.get(far);
    if (disposed !== undefined && !isAttested(far) && !disposed.some((disposal) => isEndedBy(disposal, graph, flow))) excluded.delete(far);
  });
  return excluded;
}

const latest = (disposed: readonly Disposed[] = []): Disposed | undefined =>
  disposed.reduce<Disposed | undefined>((found, disposal) => (found === undefined || disposal.at > found.at ? disposal : found), undefined);

/**
 * Whether all that a flow brought was emptied out. A declaration that stands (it is open) goes on filling what was emptied; what was dropped is
 * filled again only by one that was made since. What came before a name was used again is elsewhere.
 */
function isEndedBy({ kind, at, covers, renamedAt }: Disposed, graph: FlowGraph, flow: number): boolean {
  if (!covers.has(graph.stored(flow, "OUT")) || graph.since(flow) <= renamedAt) return false;
  const until = graph.until(flow);
  if (until < Infinity) return until <= at;
  return kind === "DROPPED" && renamedAt === -Infinity && graph.since(flow) <= at;
}
