import { type CatalogDataset, datasetUrn, entityId, findDatasets, findServices, serviceId } from "../../catalog";
import type { Reader } from "../../platform/database/sql";
import { notFound } from "../../platform/errors";
import { beginAtJob } from "../graph/begin-at-job";
import { type Cut, nearest, walkDownstream } from "../graph/downstream";
import type { FlowGraph } from "../graph/flow-graph";
import { standsAt } from "../graph/now";
import type { LineageNode } from "../lineage-model";
import { openGraph } from "../storage/flow-graph-queries";
import { findJobFlows } from "../storage/job-flow-queries";
import { findNodeIds, findNodeNumbers } from "../storage/node-queries";

/** What lies downstream, each with the steps to its nearest dataset. */
export interface Impact {
  readonly datasets: readonly LineageNode[];
  readonly entities: readonly LineageNode[];
  readonly services: readonly LineageNode[];
  readonly teams: readonly LineageNode[];
  readonly truncatedAt: readonly string[];
}

/**
 * What a change of this would reach by the flows that hold now: the nearest `first` datasets, and what they embody, who hosts them and who
 * answers for those services, each nearest first. A field is read as its dataset. Refuses ids that are none (BAD_USER_INPUT) or name nothing
 * known (NOT_FOUND).
 */
export async function readImpact(reader: Reader, of: string, first: number): Promise<Impact> {
  const [whole = of] = of.split("#");
  const found = await findNodeNumbers(reader, [...new Set([of, whole])]);
  if (!found.has(of)) throw notFound("of: not known");
  const { listed, steps, truncatedAt } = await walkFrom(reader, found.get(whole)!, whole.startsWith("job:"), first);
  const known = await findDatasets(reader, listed);
  const ids = await findNodeIds(reader, truncatedAt);
  const nodes = listed.map((number) => ({ dataset: known.get(number)!, depth: steps.get(number)!.depth }));
  return { ...(await belongings(reader, nodes)), truncatedAt: truncatedAt.map((number) => ids.get(number)!) };
}

async function walkFrom(reader: Reader, from: readonly number[], isJob: boolean, first: number): Promise<Cut> {
  const now = reader.clock.now().getTime();
  const flows = isJob ? (await findJobFlows(reader, from[0]!)).filter(({ since, until }) => until > now && since < until) : [];
  const outputs = [...new Set(flows.map(({ to }) => to))].filter((output) => output !== from[0]);
  const opened = await openGraph(reader, { table: "flows", from: [...from, ...outputs], sides: ["OUT"] });
  const graph: FlowGraph = isJob ? beginAtJob(opened, from[0]!, outputs) : opened;
  const course = { carries: (flow: number) => flow < 0 || standsAt(graph, flow, now), stopsAt: () => false };
  return nearest(graph, walkDownstream(graph, from, course), course, first);
}

/** The datasets, nearest first, and what they belong to. */
async function belongings(reader: Reader, nodes: readonly { readonly dataset: CatalogDataset; readonly depth: number }[]): Promise<Omit<Impact, "truncatedAt">> {
  const services = await findServices(reader, [...new Set(nodes.flatMap(({ dataset }) => dataset.serviceKey ?? []))]);
  const reached = (idsOf: (dataset: CatalogDataset) => readonly string[]): LineageNode[] => {
    const found = new Map<string, LineageNode>();
    for (const { dataset, depth } of nodes) for (const id of idsOf(dataset)) if (!found.has(id)) found.set(id, { id, depth });
    return [...found.values()];
  };
  const teamOf = ({ serviceKey }: CatalogDataset): string | null => services.get(serviceKey ?? "")?.team ?? null;
  return {
    datasets: reached((dataset) => [datasetUrn(dataset)]),
    entities: reached(({ entityKeys }) => entityKeys.map(entityId)),
    services: reached(({ serviceKey }) => (serviceKey === null ? [] : [serviceId(serviceKey)])),
    teams: reached((dataset) => (teamOf(dataset) === null ? [] : [`team:${teamOf(dataset)}`])),
  };
}
