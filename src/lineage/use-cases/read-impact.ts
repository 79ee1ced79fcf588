import { datasetUrn, entityId, findDatasets, findServices, serviceId } from "../../catalog";
import type { Reader } from "../../platform/database/sql";
import { notFound } from "../../platform/errors";
import { type Course, nearest, walkDownstream } from "../graph/downstream";
import { standsAt } from "../graph/now";
import { openGraph } from "../storage/flow-graph-queries";
import { findNodeIds, findNodeNumbers } from "../storage/node-queries";

/** Something downstream, and how many steps away its nearest dataset is. */
interface Reached {
  readonly id: string;
  readonly depth: number;
}

export interface Impact {
  readonly datasets: readonly Reached[];
  readonly entities: readonly Reached[];
  readonly services: readonly Reached[];
  readonly teams: readonly Reached[];
  readonly truncatedAt: readonly string[];
}

/**
 * What a change of this would reach by the flows that hold now: the nearest `first` datasets, and what they embody, who hosts them and who
 * answers for those services, each nearest first. Refuses (NOT_FOUND) what is not known, and the id of a field is read as its dataset.
 */
export async function readImpact(reader: Reader, of: string, first: number): Promise<Impact> {
  const [whole = of] = of.split("#");
  const found = await findNodeNumbers(reader, [...new Set([of, whole])]);
  if (!found.has(of)) throw notFound("of: not known");
  const from = found.get(whole)!;
  const graph = await openGraph(reader, { table: "flows", from, sides: ["OUT"] });
  const now = reader.clock.now().getTime();
  const course: Course = { carries: (flow) => standsAt(graph, flow, now), stopsAt: () => false };
  const walked = walkDownstream(graph, from, course);
  const { listed, truncatedAt } = nearest(graph, walked, course, first);
  const known = await findDatasets(reader, listed);
  const [datasets, entities, services, teams] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  const hosts = await findServices(reader, [...new Set([...known.values()].flatMap(({ serviceKey }) => serviceKey ?? []))]);
  for (const number of listed) {
    const { depth } = walked.reached.get(number)!;
    const dataset = known.get(number)!;
    const team = hosts.get(dataset.serviceKey ?? "")?.team;
    note(datasets, datasetUrn(dataset), depth);
    for (const key of dataset.entityKeys) note(entities, entityId(key), depth);
    if (dataset.serviceKey !== null) note(services, serviceId(dataset.serviceKey), depth);
    if (team) note(teams, `team:${team}`, depth);
  }
  const ids = await findNodeIds(reader, truncatedAt);
  return { datasets: listOf(datasets), entities: listOf(entities), services: listOf(services), teams: listOf(teams), truncatedAt: truncatedAt.map((number) => ids.get(number)!) };
}

/** The nearest comes first: what is noted already stays. */
function note(reached: Map<string, number>, id: string, depth: number): void {
  if (!reached.has(id)) reached.set(id, depth);
}

const listOf = (reached: ReadonlyMap<string, number>): Reached[] => [...reached].map(([id, depth]) => ({ id, depth }));
