import type { Reader } from "../../platform/database/sql";
import { notFound } from "../../platform/errors";
import type { FlowGraph, Side } from "../graph/flow-graph";
import type { LineageEdge, LineageGraph } from "../lineage-model";
import type { GroupLevel } from "../storage/membership-queries";
import { findJobFlows } from "../storage/job-flow-queries";
import { findNodeIds } from "../storage/node-queries";
import { findBeginning } from "./find-beginning";
import { GroupHops } from "./group-hops";
import { JoinedEdges } from "./joined-edges";
import { walkGroups } from "./walk-groups";

export interface ReadGroupLineage {
  readonly of: string;
  readonly level: GroupLevel;
  readonly sides: readonly Side[];
  readonly depth: number;
  readonly first: number;
  readonly holdsIn: (graph: FlowGraph) => (flow: number) => boolean;
}

/** How entities or services flow into each other. An edge tells of the flows by which it arrives. Refuses ids of nothing known (NOT_FOUND). */
export async function readGroupLineage(reader: Reader, { of, level, holdsIn, ...query }: ReadGroupLineage): Promise<LineageGraph> {
  const beginning = await findBeginning(reader, of, "DATASET");
  if (beginning === undefined) throw notFound("of: nothing of this id is known");
  const numbers = beginning.job === null ? beginning.numbers : endsOfJob(await findJobFlows(reader, beginning.job), beginning.job);
  const hops = new GroupHops(reader, level, holdsIn);
  const ids = await findNodeIds(reader, numbers);
  const ofLevel = of.startsWith(`${level.toLowerCase()}:`);
  const starts = ofLevel ? [of] : await hops.groupsOf(numbers, (number) => ids.get(number)!);
  const { nodes, edges, truncatedAt } = await walkGroups(hops, { ...query, starts });
  const jobs = await findNodeIds(reader, [...new Set(edges.flatMap(({ flows }) => flows.map(({ job }) => job)))]);
  const joined = new JoinedEdges();
  for (const { from, to, flows } of edges) {
    for (const { job, masking, since, until, provenance } of flows) {
      const validTo = until === Infinity ? null : new Date(until);
      joined.add({ from, to, job: jobs.get(job) ?? null, masking, validFrom: new Date(since), validTo, provenance: [provenance] });
    }
  }
  return { nodes: [...nodes].map(([id, depth]) => ({ id, depth })), edges: joined.list() satisfies LineageEdge[], truncatedAt };
}

const endsOfJob = (flows: readonly { readonly from: number; readonly to: number }[], job: number): number[] =>
  [...new Set(flows.flatMap(({ from, to }) => [from, to]))].filter((end) => end !== job);
