import type { FlowGraph, StoredFlow } from "../../src/lineage/graph/flow-graph";

export const flow = (from: number, to: number, more: Partial<StoredFlow> = {}): StoredFlow => ({
  id: 0, from, to, job: 0, provenance: "RUN", masking: false, columns: false, indirect: false, since: 0, until: Infinity, ...more,
});

/** A graph that looks through a list of flows; `roots` says which numbers are other names of one. */
export function listedGraph(flows: readonly StoredFlow[], passages: ReadonlySet<number> = new Set(), roots: ReadonlyMap<number, number> = new Map()): FlowGraph {
  const root = (number: number): number => roots.get(number) ?? number;
  return {
    root,
    eachFlow(node, side, visit) {
      flows.forEach(({ from, to }, index) => {
        const [near, far] = side === "OUT" ? [root(from), root(to)] : [root(to), root(from)];
        if (near === node && far !== node) visit(index, far);
      });
    },
    since: (index) => flows[index]!.since,
    until: (index) => flows[index]!.until,
    stored: (index, side) => flows[index]![side === "OUT" ? "to" : "from"],
    flow: (index) => flows[index]!,
    isPassage: (node) => passages.has(node),
  };
}
