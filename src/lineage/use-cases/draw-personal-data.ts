import type { Followed, Place } from "../graph/personal-walk";
import type { LineageGraph, LineageNode } from "../lineage-model";
import { fieldUrn } from "../node-ids";
import { JoinedEdges } from "./joined-edges";

/** Where personal data go, and which services outside the company they reach. */
export interface PersonalDataFlow extends LineageGraph {
  readonly leaving: readonly string[];
}

/** A service outside the company, and since when it is one. */
interface Leaving {
  readonly id: string;
  readonly validFrom: Date;
  readonly validTo: Date | null;
}

interface Findings {
  /** Numbers of the datasets where it begins. */
  readonly starts: readonly number[];
  readonly followed: Followed;
  /** By the number of the dataset that the service hosts. */
  readonly leaving: ReadonlyMap<number, Leaving>;
  /** Of every dataset and job by its number. */
  readonly ids: ReadonlyMap<number, string>;
}

/**
 * The graph of what was followed: datasets and, where it is told which, their fields; flows between datasets and between fields; services
 * outside the company behind the datasets that they host. Cut to the nearest `first` nodes behind those where it begins; `leaving` is not cut.
 */
export function drawPersonalData({ starts, followed, leaving, ids }: Findings, first: number): PersonalDataFlow {
  const nodes = new Map<string, LineageNode>(starts.map((number) => [ids.get(number)!, { id: ids.get(number)!, depth: 0 }]));
  const edges = new JoinedEdges();
  const idOf = ({ number, field }: Place): string => (field === null ? ids.get(number)! : fieldUrn(ids.get(number)!, field));
  const show = (id: string, depth: number): void => void (nodes.has(id) || nodes.set(id, { id, depth }));

  const places = [...followed.places.values()].sort((one, other) => one.depth - other.depth || one.number - other.number);
  for (const place of places) {
    const [dataset, outside] = [ids.get(place.number)!, leaving.get(place.number)];
    show(dataset, place.depth);
    show(idOf(place), place.depth);
    if (outside === undefined) continue;
    show(outside.id, place.depth + 1);
    edges.add({ from: dataset, to: outside.id, job: null, masking: null, validFrom: outside.validFrom, validTo: outside.validTo, provenance: ["DECLARED"] });
  }
  for (const { from, to, flow } of followed.hops) {
    const validTo = flow.until === Infinity ? null : new Date(flow.until);
    const known = { job: ids.get(flow.job) ?? null, masking: false, validFrom: new Date(flow.since), validTo, provenance: [flow.provenance] };
    edges.add({ ...known, from: idOf(from), to: idOf(to), ...(from.field !== null && to.field !== null && { fieldFlows: [flow.id] }) });
    if (from.number !== to.number) edges.add({ ...known, from: ids.get(from.number)!, to: ids.get(to.number)! });
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
    leaving: [...new Set(places.flatMap(({ number }) => leaving.get(number)?.id ?? []))].sort(),
  };
}
