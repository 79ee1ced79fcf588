import { serviceId } from "../../catalog";
import { type Followed, type Hop, type Place, placeKey } from "../graph/personal-walk";
import type { LineageGraph, LineageNode } from "../lineage-model";
import { fieldUrn } from "../node-ids";
import { JoinedEdges } from "./joined-edges";

/** Stands for whatever is too far away to be shown. */
const BEYOND = "";

/** Where personal data go, and which services outside the company they reach. */
export interface PersonalDataFlow extends LineageGraph {
  readonly leaving: readonly string[];
}

/** What can be among the nodes shown, and what leads on from it. */
interface Near {
  /** Nearest first. */
  readonly places: readonly (Place & { readonly depth: number })[];
  /** From these places. */
  readonly hops: readonly Hop[];
}

/** The places from which the nearest `first` nodes are drawn. */
export function nearestPlaces({ places, hops }: Followed, first: number): Near {
  const near = new Map<string, Place & { readonly depth: number }>();
  const nodes = new Set<string>();
  let begins = 0;
  for (const place of [...places.values()].sort((one, other) => one.depth - other.depth || one.number - other.number)) {
    if (place.depth > 0 && nodes.size - begins >= first) break;
    near.set(placeKey(place), place);
    nodes.add(placeKey({ ...place, field: null })).add(placeKey(place));
    if (place.depth === 0) begins = nodes.size;
  }
  return { places: [...near.values()], hops: hops.filter(({ from }) => near.has(placeKey(from))) };
}

interface Findings {
  /** Numbers of the datasets where it begins. */
  readonly starts: readonly number[];
  readonly near: Near;
  /** Services outside the company, by the numbers of all datasets reached that they host. */
  readonly hosts: ReadonlyMap<number, { readonly key: string; readonly validFrom: Date; readonly validTo: Date | null }>;
  /** Of what is near, and of the jobs. */
  readonly ids: ReadonlyMap<number, string>;
}

/**
 * The graph of what was followed: datasets and, where it is told which, their fields; flows between datasets and between fields; services
 * outside the company behind the datasets that they host. Cut to the nearest `first` nodes behind those where it begins; `leaving` is not cut.
 */
export function drawPersonalData({ starts, near, hosts, ids }: Findings, first: number): PersonalDataFlow {
  const nodes = new Map<string, LineageNode>(starts.map((number) => [ids.get(number)!, { id: ids.get(number)!, depth: 0 }]));
  const edges = new JoinedEdges();
  const idOf = ({ number, field }: Place): string => {
    const id = ids.get(number) ?? BEYOND;
    return field === null || id === BEYOND ? id : fieldUrn(id, field);
  };
  const show = (id: string, depth: number): void => void (nodes.has(id) || nodes.set(id, { id, depth }));

  for (const place of near.places) {
    const [dataset, host] = [ids.get(place.number)!, hosts.get(place.number)];
    show(dataset, place.depth);
    show(idOf(place), place.depth);
    if (host === undefined) continue;
    show(serviceId(host.key), place.depth + 1);
    edges.add({ from: dataset, to: serviceId(host.key), job: null, masking: null, validFrom: host.validFrom, validTo: host.validTo, provenance: ["DECLARED"] });
  }
  for (const { from, to, flow } of near.hops) {
    const validTo = flow.until === Infinity ? null : new Date(flow.until);
    const known = { job: ids.get(flow.job) ?? null, masking: false, validFrom: new Date(flow.since), validTo, provenance: [flow.provenance] };
    edges.add({ ...known, from: idOf(from), to: idOf(to), ...(from.field !== null && to.field !== null && { fieldFlows: [flow.id] }) });
    if (from.number !== to.number) edges.add({ ...known, from: ids.get(from.number)!, to: ids.get(to.number) ?? BEYOND });
  }
  const nearest = [...nodes.values()].sort((one, other) => one.depth - other.depth);
  const begins = nearest.filter(({ depth }) => depth === 0);
  const listed = nearest.slice(0, begins.length + first);
  const shown = new Set(listed.map(({ id }) => id));
  const leadingOn = new Set(edges.list().flatMap(({ from, to }) => (shown.has(to) ? [] : [from])));
  return {
    nodes: listed,
    edges: edges.list().filter(({ from, to }) => shown.has(from) && shown.has(to)),
    truncatedAt: [...shown].filter((id) => leadingOn.has(id)),
    leaving: [...new Set([...hosts.values()].map(({ key }) => serviceId(key)))].sort(),
  };
}
