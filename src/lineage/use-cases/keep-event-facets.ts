import type { Tx } from "../../platform/database/sql";
import type { EventDataset, LineageEvent } from "../event-model";
import type { Facets } from "../model";
import { keepFacets, type KeptFacet } from "../storage/facet-store";
import type { Names } from "./number-names";

/** Longer names of facets are nobody's. */
const LONGEST_NAME = 512;

/** Keeps the facets of datasets and jobs as sent, of each the latest by event time. Writes: kept_facets. */
export async function keepEventFacets(tx: Tx, events: readonly LineageEvent[], names: Names): Promise<void> {
  const latest = new Map<string, KeptFacet>();
  const keep = (node: number, kind: KeptFacet["kind"], facets: Facets, at: number): void => {
    for (const [name, facet] of Object.entries(facets)) {
      const key = `${node} ${kind} ${name}`;
      const known = latest.get(key);
      if (name !== "" && name.length <= LONGEST_NAME && (known === undefined || known.at <= at)) latest.set(key, { node, kind, name, facet, at });
    }
  };
  for (const { at, job, inputs, outputs, dataset } of events) {
    const instant = at.getTime();
    const keepDataset = (of: EventDataset, role: "INPUT" | "OUTPUT"): void => {
      keep(names.dataset(of), "DATASET", of.facets, instant);
      keep(names.dataset(of), role, of.roleFacets, instant);
    };
    if (job !== null) keep(names.job(job), "JOB", job.facets, instant);
    for (const input of inputs ?? []) keepDataset(input, "INPUT");
    for (const output of outputs ?? []) keepDataset(output, "OUTPUT");
    if (dataset !== null) keepDataset(dataset, "INPUT");
  }
  if (latest.size > 0) await keepFacets(tx, [...latest.values()]);
}
