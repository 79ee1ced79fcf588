import { decodeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import type { Reader } from "../../platform/database/sql";
import { descriptionOf, durationOf, type Job, parentOf, type ShownRun } from "../job-model";
import { jobUrn } from "../job-urn";
import type { Facets, JobRunState, Named } from "../model";

/** The job of this name; undefined where there is none. */
export async function findJob(reader: Reader, { namespace, name }: Named): Promise<Job | undefined> {
  const [row] = await reader.query<{ number: number; deletedAt: Date | null; documentation: unknown }>(
    "findJob",
    `select j.id as number, j.deleted_at as "deletedAt",
       (select k.facet from kept_facets k where k.node_id = j.id and k.kind = 'JOB' and k.name = 'documentation') as documentation
     from jobs j where md5(j.name) = md5($2) and md5(j.namespace) = md5($1) and j.name = $2 and j.namespace = $1`,
    [namespace, name],
  );
  return row && { id: jobUrn({ namespace, name }), number: row.number, namespace, name, description: descriptionOf(row.documentation), deletedAt: row.deletedAt };
}

interface RunRow {
  readonly row: string;
  readonly id: string;
  readonly state: JobRunState;
  readonly firstAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly facets: Facets;
}

/** One page of a job's runs, the newest first. */
export async function listRuns(reader: Reader, job: number, page: PageRequest): Promise<Page<ShownRun>> {
  const [at, id] = decodeCursor(page.after, 2) ?? ["infinity", "0"];
  const rows = await reader.query<RunRow>(
    "listRuns",
    `select r.id as row, r.run_id as id, r.state, r.first_at as "firstAt", r.started_at as "startedAt", r.ended_at as "endedAt", r.facets
     from job_runs r where r.job_id = $1 and (r.first_at, r.id) < ($2, $3) order by r.first_at desc, r.id desc limit $4`,
    [job, at, id, page.first + 1],
  );
  const { edges, pageInfo } = toPage(rows, page.first, ({ firstAt, row }) => [firstAt.toISOString(), row]);
  return { edges: edges.map(({ cursor, node }) => ({ cursor, node: toRun(node) })), pageInfo };
}

const toRun = (row: RunRow): ShownRun => ({
  id: row.id, state: row.state, startedAt: row.startedAt, endedAt: row.endedAt, durationMs: durationOf(row), facets: row.facets, parent: parentOf(row.facets, jobUrn),
});

/** The latest run of datasets that completed. */
export interface Freshness {
  readonly writtenAt: Date;
  /** Id of the job. */
  readonly job: string;
  /** As the producer names it. */
  readonly run: string;
}

/** By the dataset's number, whatever of its names was written; those never written are left out. */
export async function findFreshness(reader: Reader, numbers: readonly number[]): Promise<Map<number, Freshness>> {
  const rows = await reader.query<{ number: number; writtenAt: Date; namespace: string; name: string; run: string }>(
    "findFreshness",
    `select distinct on (n.number) n.number, f.written_at as "writtenAt", j.namespace, j.name, r.run_id as run
     from (select d as number, d as name from unnest($1::integer[]) as d
           union all select d.merged_into, d.id from datasets d where d.merged_into = any($1)) as n
     join dataset_freshness f on f.dataset_id = n.name join job_runs r on r.id = f.run join jobs j on j.id = r.job_id
     order by n.number, f.written_at desc, f.run desc`,
    [numbers],
  );
  return new Map(rows.map(({ number, writtenAt, run, ...job }) => [number, { writtenAt, job: jobUrn(job), run }]));
}

/** Facets of datasets, inputs' and outputs' too, or of jobs, by number: under whatever name they were sent, of each the latest, those deleted left out. */
export async function findFacets(reader: Reader, numbers: readonly number[]): Promise<Map<number, Facets>> {
  const rows = await reader.query<{ number: number; names: string[]; facets: (Facets & { readonly _deleted?: boolean })[] }>(
    "findFacets",
    `select latest.number, json_agg(latest.name) as names, json_agg(latest.facet) as facets
     from (select distinct on (n.number, k.name) n.number, k.name, k.facet
           from (select d as number, d as name from unnest($1::integer[]) as d
                 union all select d.merged_into, d.id from datasets d where d.merged_into = any($1)) as n
           join kept_facets k on k.node_id = n.name order by n.number, k.name, k.event_at desc, k.kind) as latest
     group by latest.number`,
    [numbers],
  );
  return new Map(
    rows.map(({ number, names, facets }) => [
      number, Object.fromEntries(names.map((name, index) => [name, facets[index]!]).filter(([, facet]) => (facet as { _deleted?: boolean })._deleted !== true)) as Facets,
    ]),
  );
}

/** What jobs read and write now, by their flows and their latest run that did not fail: numbers, by the job's number. */
export async function findJobEnds(reader: Reader, jobs: readonly number[]): Promise<Map<number, { readonly inputs: readonly number[]; readonly outputs: readonly number[] }>> {
  const rows = await reader.query<{ job: number; inputs: number[]; outputs: number[] }>(
    "findJobEnds",
    `with shown as (
       select f.* from flows f where f.job_id = any($1) and f.job_id <> 0 and f.valid_to > $2 and f.valid_from < f.valid_to
     ), latest as (
       select j.id as job_id, r.inputs, r.outputs from jobs j
       cross join lateral (select * from job_runs r where r.job_id = j.id and r.state in ('OPEN', 'COMPLETE') order by r.first_at desc, r.id desc limit 1) as r
       where j.id = any($1) and r.last_at >= coalesce(j.cut_at, '-infinity')
     ), ends as (
       select job_id, from_id as input, null::integer as output from shown where passages & 1 = 0
       union select job_id, null, to_id from shown where passages & 2 = 0
       union select job_id, unnest(inputs), null from latest
       union select job_id, null, unnest(outputs) from latest
     )
     select e.job_id as job, array_agg(e.input) filter (where e.input is not null) as inputs, array_agg(e.output) filter (where e.output is not null) as outputs
     from ends e group by e.job_id`,
    [jobs, reader.clock.now()],
  );
  return new Map(rows.map(({ job, inputs, outputs }) => [job, { inputs: inputs ?? [], outputs: outputs ?? [] }]));
}
