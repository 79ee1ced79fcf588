import { datasetUrn, observeDatasets, type ObservedDataset } from "../../catalog";
import type { Tx } from "../../platform/database/sql";
import type { EventDataset, LineageEvent } from "../event-model";
import type { Numbers } from "../evidence-model";
import type { Named } from "../model";
import { findJobNumbers, insertJobs } from "../storage/job-store";

/** The numbers of all that events name; of a dataset also its root's. */
export interface Names extends Numbers {
  root(name: Named): number;
}

/** Numbers what events name, takes in what is unknown, and tells the register what the events say of datasets. Writes: jobs; what `observeDatasets` writes. */
export async function numberNames(tx: Tx, events: readonly LineageEvent[]): Promise<Names> {
  const [jobs, datasets] = await Promise.all([numberJobs(tx, jobNames(events)), observeDatasets(tx, observed(events))]);
  return {
    job: (name) => jobs.get(jobKey(name))!,
    dataset: (name) => numberOf(datasets, name).number,
    root: (name) => numberOf(datasets, name).root,
  };
}

const numberOf = (datasets: Awaited<ReturnType<typeof observeDatasets>>, name: Named) => datasets.get(datasetUrn(name))!;

const jobKey = ({ namespace, name }: Named): string => `${namespace}\n${name}`;

/** In the order of their names, so that two that take in the same jobs wait for each other in turn. */
function jobNames(events: readonly LineageEvent[]): Named[] {
  const names = new Map<string, Named>();
  const add = (name: Named): unknown => names.set(jobKey(name), name);
  for (const { job, stated } of events) {
    if (job !== null) add(job);
    for (const { target, sources } of stated) for (const node of [target, ...sources]) if (node.kind === "JOB") add(node);
  }
  return [...names.values()];
}

export async function numberJobs(tx: Tx, names: readonly Named[]): Promise<Map<string, number>> {
  if (names.length === 0) return new Map();
  let found = await findJobNumbers(tx, names);
  if (found.length < names.length) {
    const known = new Set(found.map(jobKey));
    await insertJobs(tx, names.filter((name) => !known.has(jobKey(name))));
    found = await findJobNumbers(tx, names);
  }
  return new Map(found.map((job) => [jobKey(job), job.number]));
}

/** What events say of datasets, the latest last; of those that are merely named, once that they are there. */
function observed(events: readonly LineageEvent[]): ObservedDataset[] {
  const said: ObservedDataset[] = [];
  const named = new Map<string, Named>();
  const name = (of: Named): unknown => named.set(`${of.namespace}\n${of.name}`, of);
  for (const event of events.toSorted((one, other) => one.at.getTime() - other.at.getTime())) {
    for (const dataset of datasetsOf(event)) {
      const news = observation(dataset, event);
      if (news === null) name(dataset);
      else said.push(news);
    }
    for (const { target, sources, links } of event.stated) {
      for (const node of [target, ...sources]) if (node.kind === "DATASET") name(node);
      for (const { from } of links) name(from);
    }
  }
  return [...[...named.values()].map((of) => ({ ...bare(of), fields: null, replaceFields: false, symlinks: [], renamedFrom: null })), ...said];
}

const bare = ({ namespace, name }: Named): Named => ({ namespace, name });

export const datasetsOf = ({ inputs, outputs, dataset }: LineageEvent): EventDataset[] => [...(inputs ?? []), ...(outputs ?? []), ...(dataset === null ? [] : [dataset])];

function observation(dataset: EventDataset, { kind, at }: LineageEvent): ObservedDataset | null {
  const withdrawn = isDeleted(dataset.facets.schema);
  const fields = withdrawn ? [] : dataset.fields;
  const renamedFrom = dataset.change?.kind === "RENAME" ? dataset.change.previous : null;
  if (fields === null && dataset.symlinks.length === 0 && renamedFrom === null) return null;
  return { ...bare(dataset), fields, replaceFields: withdrawn || (kind === "DATASET" && fields !== null), symlinks: dataset.symlinks, renamedFrom, at };
}

const isDeleted = (facet: unknown): boolean => typeof facet === "object" && facet !== null && (facet as { _deleted?: unknown })._deleted === true;
