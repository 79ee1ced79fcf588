import type { EventDataset, LineageEvent, StatedLineage } from "../../src/lineage/event-model";
import type { Facets, Named } from "../../src/lineage/model";
import { recordEvents } from "../../src/lineage/use-cases/record-events";
import type { Deps } from "../../src/platform/deps";
import { asOwner } from "../support/as-owner";
import { setup, type World } from "../support/setup";

/** Minute m of the day on which the tests' events happen. */
export const minute = (m: number): Date => new Date(Date.UTC(2026, 1, 1) + m * 60_000);

const NAMESPACE = "pg";
const table = (name: string): Named => ({ namespace: NAMESPACE, name });

/** A dataset as events carry it; `more` is what facets say. */
export const seen = (name: string, more: Partial<EventDataset> = {}): EventDataset => ({
  ...table(name), fields: null, symlinks: [], change: null, facets: {}, roleFacets: {}, ...more,
});
const seenAll = (names: readonly (string | EventDataset)[] | null | undefined): EventDataset[] | null =>
  names == null ? null : names.map((name) => (typeof name === "string" ? seen(name) : name));

type Datasets = readonly (string | EventDataset)[] | null;

interface Said {
  readonly at: number;
  readonly job?: string;
  readonly inputs?: Datasets;
  readonly outputs?: Datasets;
  readonly stated?: readonly StatedLineage[];
  readonly jobFacets?: Facets;
}

const job = (name: string, facets: Facets = {}) => ({ namespace: "airflow", name, facets });

export const runEvent = ({ at, job: name = "j", run = "r", type = "COMPLETE", inputs = [], outputs = [], stated = [], facets = {}, jobFacets }: Said & {
  readonly run?: string;
  readonly type?: NonNullable<LineageEvent["run"]>["type"];
  readonly facets?: Facets;
}): LineageEvent => ({
  kind: "RUN", at: minute(at), producer: "test", job: job(name, jobFacets), run: { id: run, type, facets }, inputs: seenAll(inputs), outputs: seenAll(outputs), dataset: null, stated,
});

export const jobEvent = ({ at, job: name = "j", inputs = null, outputs = null, stated = [], jobFacets }: Said): LineageEvent => ({
  kind: "JOB", at: minute(at), producer: "test", job: job(name, jobFacets), run: null, inputs: seenAll(inputs), outputs: seenAll(outputs), dataset: null, stated,
});

export const datasetEvent = (at: number, dataset: EventDataset, stated: readonly StatedLineage[] = []): LineageEvent => ({
  kind: "DATASET", at: minute(at), producer: "test", job: null, run: null, inputs: null, outputs: null, dataset, stated: stated.map((one) => ({ ...one, byJob: false })),
});

type Link = readonly [from: string, fromField: string, toField: string, masking?: boolean];

/** What a facet states of a target: sources as a whole, links field by field. */
export const states = (provenance: StatedLineage["provenance"], target: string, sources: readonly string[], links: readonly Link[] = []): StatedLineage => {
  const linked = [...new Set(links.map(([from]) => from))];
  return {
    provenance, byJob: true, deleted: false, target: { kind: "DATASET", ...table(target) },
    sources: [
      ...sources.map((name) => ({ kind: "DATASET" as const, ...table(name), masking: false, columns: false })),
      ...linked.map((name) => ({ kind: "DATASET" as const, ...table(name), masking: links.every(([from, , , masking]) => from !== name || masking === true), columns: true })),
    ],
    links: links.map(([from, fromField, toField, masking = false]) => ({ from: table(from), fromField, toField, masking, indirect: false, transformations: [] })),
  };
};
/** What explicit lineage states of a job as its end. */
export const statesAtJob = (from: string | { readonly job: string }, to: string | { readonly job: string }): StatedLineage => {
  const node = (of: typeof from) => (typeof of === "string" ? { kind: "DATASET" as const, ...table(of) } : { kind: "JOB" as const, namespace: "airflow", name: of.job });
  return { provenance: "EXPLICIT", byJob: true, deleted: false, target: node(to), sources: [{ ...node(from), masking: false, columns: false }], links: [] };
};
export const deletes = (provenance: StatedLineage["provenance"], target: string): StatedLineage => ({ ...states(provenance, target, []), deleted: true });

interface Picture {
  /** `from > to PROVENANCE`, of flows that hold now; those of open runs with `?`. */
  picture(): Promise<string[]>;
  /** The same with the minutes from which and until which they hold; empty ones are left out. */
  history(): Promise<string[]>;
  /** `from#field > to#field` that hold now. */
  fields(): Promise<string[]>;
  /** `from > to PROVENANCE first..last` in minutes. */
  custody(): Promise<string[]>;
}

export interface RecordedWorld extends World, Picture {
  /** Each list in a transaction of its own. */
  record(...lists: (readonly LineageEvent[])[]): Promise<void>;
  /** Forgets all lineage. */
  clear(): Promise<void>;
}

/** Names instead of numbers. */
const NAMED = "(select d.id, d.name from datasets d union all select j.id, 'job ' || j.name from jobs j)";
const MINUTES = (column: string): string => `case when isfinite(${column}) then trunc(extract(epoch from ${column} - '2026-02-01Z') / 60)::text else '' end`;

async function lines(deps: Deps, name: string, sql: string): Promise<string[]> {
  return (await deps.db.query<{ line: string }>(name, sql)).map(({ line }) => line).sort();
}

/** The picture and custody by names. */
export function pictureOf(deps: Deps): Picture {
  const ends = (rows: string) => `flows f join ${NAMED} s on s.id = f.from_id join ${NAMED} t on t.id = f.to_id where ${rows}`;
  return {
    picture: () =>
      lines(deps, "testPicture", `select distinct s.name || ' > ' || t.name || ' ' || f.provenance || case when f.run <> 0 then '?' else '' end as line from ${ends("f.valid_to = 'infinity'")}`),
    history: () =>
      lines(deps, "testHistory", `select s.name || ' > ' || t.name || ' ' || f.provenance || ' ' || ${MINUTES("f.valid_from")} || '..' || ${MINUTES("f.valid_to")} as line
        from ${ends("f.valid_from < f.valid_to")}`),
    fields: () =>
      lines(deps, "testFields", `select ds.name || '#' || s.name || ' > ' || dt.name || '#' || t.name || case when f.masking then ' masked' else '' end as line from field_flows f
        join field_nodes s on s.id = f.from_id join field_nodes t on t.id = f.to_id join datasets ds on ds.id = s.dataset_id join datasets dt on dt.id = t.dataset_id
        where f.valid_to = 'infinity'`),
    custody: () =>
      lines(deps, "testCustody", `select s.name || ' > ' || t.name || ' ' || c.provenance || ' ' || ${MINUTES("c.first_at")} || '..' || ${MINUTES("c.last_at")} as line
        from custody_flows c join ${NAMED} s on s.id = c.from_id join ${NAMED} t on t.id = c.to_id`),
  };
}

export async function recordedWorld(): Promise<RecordedWorld> {
  const world = await setup();
  const { deps } = world;
  return {
    ...world,
    ...pictureOf(deps),
    record: async (...lists) => {
      for (const events of lists) await deps.transaction((tx) => recordEvents(tx, events));
    },
    clear: async () => {
      await asOwner(deps, "testClear", "truncate jobs, job_shapes, job_runs, flows, custody_flows, field_nodes, field_flows, stated_outputs, kept_facets, dataset_freshness");
    },
  };
}
