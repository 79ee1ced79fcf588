import type { FlowGraph, StoredFlow } from "./flow-graph";
import { standsAt } from "./now";

/** A field of a dataset; without a name: the whole dataset, or the job that flows pass through. */
export interface Place {
  readonly number: number;
  readonly field: string | null;
}

/** What is known of a field's numbers in the picture by field. */
export interface FieldNumbers {
  readonly dataset: number;
  /** Empty: the whole dataset. */
  readonly name: string;
  readonly numbers: readonly number[];
}

interface PersonalGraphs {
  readonly flows: FlowGraph;
  readonly fieldFlows: FlowGraph;
  /** Of every dataset that flows lead to from the starts. */
  readonly fields: readonly FieldNumbers[];
  /** Milliseconds. */
  readonly now: number;
  readonly isAttested: (dataset: number) => boolean;
}

/** A flow that was followed. */
export interface Hop {
  readonly from: Place;
  readonly to: Place;
  readonly flow: StoredFlow;
}

export interface Followed {
  /** The nearest first, each with its steps from a start. */
  readonly places: ReadonlyMap<string, Place & { readonly depth: number }>;
  readonly hops: readonly Hop[];
}

export const placeKey = ({ number, field }: Place): string => (field === null ? `${number}` : `${number}#${field}`);

/**
 * Follows what personal data do: from field to field where it is told field by field and content is carried unmasked; else from a dataset to
 * the whole of the next. What reached a whole dataset may be in any of its fields. Ends at masked flows and at what is attested anonymous.
 */
export function followPersonalData({ flows, fieldFlows, fields, now, isAttested }: PersonalGraphs, starts: readonly Place[]): Followed {
  const byKey = new Map<string, FieldNumbers>();
  const byDataset = new Map<number, FieldNumbers[]>();
  const placeOf = new Map<number, Place>();
  for (const field of fields) {
    const { dataset, name, numbers } = field;
    const place = { number: dataset, field: name === "" ? null : name };
    if (name !== "") byKey.set(placeKey(place), field);
    if (!byDataset.get(dataset)?.push(field)) byDataset.set(dataset, [field]);
    for (const number of numbers) placeOf.set(number, place);
  }
  const places = new Map(starts.map((start) => [placeKey(start), { ...start, depth: 0 }]));
  const hops: Hop[] = [];
  const passed = new Set<number>();

  for (const place of places.values()) {
    const through: Place[] = [place];
    const reach = (from: Place, to: Place, flow: StoredFlow): void => {
      if (isAttested(to.number)) return;
      hops.push({ from, to, flow });
      if (places.has(placeKey(to))) return;
      places.set(placeKey(to), { ...to, depth: place.depth + 1 });
      if (flows.isPassage(to.number)) through.push(to);
    };
    const told = place.field === null ? (byDataset.get(place.number) ?? []) : [byKey.get(placeKey(place)) ?? { numbers: [] }];
    for (const node of new Set(told.flatMap(({ numbers }) => numbers.map((number) => fieldFlows.root(number))))) {
      fieldFlows.eachFlow(node, "OUT", (number, far) => {
        const flow = fieldFlows.flow(number);
        const to = placeOf.get(far);
        if (to !== undefined && flow.provenance !== "WITHIN" && !flow.masking && !flow.indirect && standsAt(fieldFlows, number, now)) reach(place, to, flow);
      });
    }
    for (const near of through) {
      if (passed.has(near.number)) continue;
      passed.add(near.number);
      flows.eachFlow(near.number, "OUT", (number, far) => {
        const flow = flows.flow(number);
        if (!flow.columns && !flow.masking && standsAt(flows, number, now)) reach(near, { number: far, field: null }, flow);
      });
    }
  }
  return { places, hops };
}
