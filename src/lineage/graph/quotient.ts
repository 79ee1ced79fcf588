import type { FlowGraph, Side } from "./flow-graph";

/** What flows out of a group of datasets (an entity's, a service's), or into it. */
export interface Hops {
  /** Flows of the last hop, by the group at the far end. */
  readonly flows: ReadonlyMap<string, readonly number[]>;
  /** Datasets come upon whose groups are not known; once they are, there may be more. */
  readonly unknown: ReadonlySet<number>;
}

/**
 * The other groups that the members of a group flow into (or are fed by), directly or through datasets that belong to none.
 * `groupsOf` answers undefined where it is not known yet to which groups a dataset belongs.
 */
export function findHops(
  graph: FlowGraph,
  { id, members }: { readonly id: string; readonly members: readonly number[] },
  side: Side,
  holds: (flow: number) => boolean,
  groupsOf: (dataset: number) => readonly string[] | undefined,
): Hops {
  const flows = new Map<string, number[]>();
  const unknown = new Set<number>();
  const walked = new Set(members.map((member) => graph.root(member)));
  for (const node of walked) {
    graph.eachFlow(node, side, (flow, far) => {
      if (!holds(flow)) return;
      const groups = graph.isPassage(far) ? [] : groupsOf(far);
      if (groups === undefined) unknown.add(far);
      else if (groups.length === 0) walked.add(far);
      else for (const group of groups) if (group !== id && !flows.get(group)?.push(flow)) flows.set(group, [flow]);
    });
  }
  return { flows, unknown };
}
