import type { Tx } from "../src/platform/database/sql";
import type { Deps } from "../src/platform/deps";
import type { Shape } from "./lineage-shape";

const NAMESPACE = "postgres://warehouse:5432";
const SINCE = new Date("2026-01-01T00:00:00Z");
const ROWS_AT_ONCE = 100_000;

export const datasetIdOf = (at: number): string => `dataset:postgres%3A%2F%2Fwarehouse%3A5432:public.t_${at}`;
export const jobIdOf = (at: number): string => `job:etl:job_${at}`;

/** Writes rows as events would have left them, past the events: datasets are numbered from 1 on, jobs after them. */
export async function writeTables(deps: Deps, { nodes, from, to }: Shape, jobs?: { readonly count: number; readonly ofFlow: Int32Array }): Promise<void> {
  await deps.transaction(async (tx) => {
    await tx.execute(
      "benchDatasets",
      `insert into datasets (id, namespace, name, identifier_types, personal, registered_at) overriding system value
       select at, $2, 'public.t_' || at - 1, '{}', 'UNCLASSIFIED', $3 from generate_series(1, $1::int) at`,
      [nodes, NAMESPACE, SINCE],
    );
    if (jobs !== undefined) {
      await tx.execute(
        "benchJobs",
        "insert into jobs (id, namespace, name, first_seen_at, last_event_at) select $1::int + 1 + at, 'etl', 'job_' || at, $3, $3 from generate_series(0, $2::int - 1) at",
        [nodes, jobs.count, SINCE],
      );
    }
    await tx.query("benchNumbers", "select setval('datasets_id_seq', $1)", [nodes + (jobs?.count ?? 0) + 1]);
    for (let start = 0; start < from.length; start += ROWS_AT_ONCE) {
      const end = Math.min(start + ROWS_AT_ONCE, from.length);
      await writeFlows(tx, numbers(from, start, end, 1), numbers(to, start, end, 1), jobs === undefined ? undefined : numbers(jobs.ofFlow, start, end, nodes + 1));
    }
  });
  await deps.db.query("benchAnalyzeTables", "vacuum (analyze) datasets, jobs, flows");
}

const numbers = (positions: Int32Array, start: number, end: number, first: number): number[] => Array.from(positions.subarray(start, end), (at) => at + first);

async function writeFlows(tx: Tx, from: readonly number[], to: readonly number[], job: readonly number[] | undefined): Promise<void> {
  await tx.execute(
    "benchFlows",
    `insert into flows (from_id, to_id, job_id, provenance, valid_from, changed_by)
     select f, t, coalesce(j, 0), 'RUN', $4, pg_current_xact_id() from unnest($1::int[], $2::int[], $3::int[]) flow (f, t, j)`,
    [from, to, job ?? null, SINCE],
  );
}
