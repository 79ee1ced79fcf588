import type { Reader } from "../../platform/database/sql";
import { walkDownstream } from "../graph/downstream";
import { standsAt } from "../graph/now";
import { type Followed, followPersonalData, type Place } from "../graph/personal-walk";
import { listAttested } from "../storage/custody-queries";
import { openGraph } from "../storage/flow-graph-queries";
import { findNodeIds } from "../storage/node-queries";
import { type CarryingFields, findCarryingFields, findFieldNumbers, findOutsideHosts } from "../storage/personal-field-queries";
import { findStarts } from "./find-starts";
import { drawPersonalData, nearestPlaces, type PersonalDataFlow } from "./draw-personal-data";

/**
 * Where personal data of a dataset or an entity go now: those of a category or, without one, all that is personal or unclassified. Answers
 * the nearest `first` places besides where it begins, and which services outside the company they reach. Refuses what `findStarts` refuses.
 */
export async function readPersonalDataFlow(reader: Reader, from: string, category: string | null, first: number): Promise<PersonalDataFlow> {
  const starts = await findStarts(reader, "from", from);
  const attested = await listAttested(reader);
  const carrying = await findCarryingFields(reader, starts.filter((number) => !attested.has(number)), category);
  const followed = await follow(reader, [...carrying].flatMap(([number, names]) => placesOf(number, names)), attested);
  const hosts = await findOutsideHosts(reader, [...new Set([...followed.places.values()].map(({ number }) => number))]);
  const near = nearestPlaces(followed, first);
  const numbers = [...starts, ...near.places.map(({ number }) => number), ...near.hops.map(({ flow }) => flow.job)];
  return drawPersonalData({ starts, near, hosts, ids: await findNodeIds(reader, [...new Set(numbers)]) }, first);
}

const placesOf = (number: number, names: CarryingFields): Place[] => (names === null ? [{ number, field: null }] : names.map((field) => ({ number, field })));

async function follow(reader: Reader, starts: readonly Place[], attested: ReadonlyMap<number, Date>): Promise<Followed> {
  const from = [...new Set(starts.map(({ number }) => number))];
  const now = reader.clock.now().getTime();
  const flows = await openGraph(reader, { table: "flows", from, sides: ["OUT"] });
  const isAttested = (number: number): boolean => attested.has(number);
  // Each flow between fields stands beside one between their datasets, so that no field lies further than these.
  const { nodes } = walkDownstream(flows, from, { carries: (flow) => standsAt(flows, flow, now), stopsAt: isAttested });
  const fields = await findFieldNumbers(reader, [...from, ...nodes]);
  const fieldFlows = await openGraph(reader, { table: "field_flows", from: fields.flatMap(({ numbers }) => numbers), sides: ["OUT"] });
  return followPersonalData({ flows, fieldFlows, fields, now, isAttested }, starts);
}
