import type { Tx } from "../../platform/database/sql";
import type { Facets, JobRunState } from "../model";
import type { JobRun, StoredRun } from "../run-model";
import { instantText, millisecondsOf, type StoredInstant } from "./instants";
import { jsonTexts, unpackedTexts } from "./json-texts";

interface RunRow {
  readonly id: string;
  readonly job: number;
  readonly runId: string;
  readonly state: JobRunState;
  readonly firstAt: StoredInstant;
  readonly lastAt: StoredInstant;
  readonly startedAt: StoredInstant | null;
  readonly endedAt: StoredInstant | null;
  readonly inputs: number[];
  readonly outputs: number[];
  readonly explicitOutputs: number[];
  readonly columnOutputs: number[];
  readonly facets: Facets;
}

const RUN_COLUMNS = `r.id, r.job_id as job, r.run_id as "runId", r.state, r.first_at as "firstAt", r.last_at as "lastAt", r.started_at as "startedAt",
  r.ended_at as "endedAt", r.inputs, r.outputs, r.explicit_outputs as "explicitOutputs", r.column_outputs as "columnOutputs"`;

const toRun = ({ id, firstAt, lastAt, startedAt, endedAt, ...row }: RunRow): StoredRun => ({
  ...row,
  id: Number(id),
  firstAt: millisecondsOf(firstAt),
  lastAt: millisecondsOf(lastAt),
  startedAt: startedAt === null ? null : millisecondsOf(startedAt),
  endedAt: endedAt === null ? null : millisecondsOf(endedAt),
});

/** Runs that are known. */
export const findRuns = async (tx: Tx, runs: readonly Pick<JobRun, "job" | "runId">[]): Promise<StoredRun[]> =>
  (
    await tx.query<RunRow>(
      "findRuns",
      `select ${RUN_COLUMNS}, r.facets from unnest($1::integer[], $2::text[]) as asked (job_id, run_id) join job_runs r using (job_id, run_id)`,
      [runs.map(({ job }) => job), runs.map(({ runId }) => runId)],
    )
  ).map(toRun);

/** Open runs that had an event since the present epochs of their jobs began; without their facets. */
export const findOpenRuns = async (tx: Tx, cuts: ReadonlyMap<number, number>): Promise<StoredRun[]> =>
  (
    await tx.query<RunRow>(
      "findOpenRuns",
      `select ${RUN_COLUMNS}, json_build_object() as facets from unnest($1::integer[], $2::timestamptz[]) as cut (job_id, at)
       join job_runs r using (job_id) where r.state = 'OPEN' and r.last_at >= cut.at`,
      [[...cuts.keys()], [...cuts.values()].map(instantText)],
    )
  ).map(toRun);

const WRITTEN = `(job_id integer, run_id text, state text, first_at timestamptz, last_at timestamptz, started_at timestamptz, ended_at timestamptz,
  inputs integer[], outputs integer[], explicit_outputs integer[], column_outputs integer[])`;

/** Facets go beside: what JSON functions pass on is not what was sent. */
const valuesOf = (runs: readonly JobRun[]): unknown[] => [
  JSON.stringify(
    runs.map(({ job, runId, state, firstAt, lastAt, startedAt, endedAt, inputs, outputs, explicitOutputs, columnOutputs }) => ({
      job_id: job, run_id: runId, state, first_at: instantText(firstAt), last_at: instantText(lastAt),
      started_at: startedAt === null ? null : instantText(startedAt), ended_at: endedAt === null ? null : instantText(endedAt),
      inputs, outputs, explicit_outputs: explicitOutputs, column_outputs: columnOutputs,
    })),
  ),
  jsonTexts(runs.map(({ facets }) => facets)),
];

/** Takes in runs that are unknown; their jobs are locked. Answers them with their ids. Writes: job_runs. */
export async function insertRuns(tx: Tx, runs: readonly JobRun[]): Promise<StoredRun[]> {
  const rows = await tx.query<{ id: string; job: number; runId: string }>(
    "insertRuns",
    `insert into job_runs (job_id, run_id, state, first_at, last_at, started_at, ended_at, inputs, outputs, explicit_outputs, column_outputs, facets)
     select job_id, run_id, state, first_at, last_at, started_at, ended_at, inputs, outputs, explicit_outputs, column_outputs, facets::json from rows from (json_to_recordset($1) as ${WRITTEN}, unnest(${unpackedTexts("$2")})) as
       given (job_id, run_id, state, first_at, last_at, started_at, ended_at, inputs, outputs, explicit_outputs, column_outputs, facets)
     returning id, job_id as job, run_id as "runId"`,
    valuesOf(runs),
  );
  const ids = new Map(rows.map(({ id, job, runId }) => [`${job} ${runId}`, Number(id)]));
  return runs.map((run) => ({ ...run, id: ids.get(`${run.job} ${run.runId}`)! }));
}

/** Writes what runs have become; their jobs are locked. Writes: job_runs. */
export const updateRuns = (tx: Tx, runs: readonly StoredRun[]): Promise<number> =>
  tx.execute(
    "updateRuns",
    `update job_runs r set state = given.state, first_at = given.first_at, last_at = given.last_at, started_at = given.started_at,
       ended_at = given.ended_at, inputs = given.inputs, outputs = given.outputs, explicit_outputs = given.explicit_outputs,
       column_outputs = given.column_outputs, facets = given.facets::json
     from rows from (json_to_recordset($1) as ${WRITTEN}, unnest(${unpackedTexts("$2")}), unnest($3::bigint[])) as
       given (job_id, run_id, state, first_at, last_at, started_at, ended_at, inputs, outputs, explicit_outputs, column_outputs, facets, id)
     where r.id = given.id`,
    [...valuesOf(runs), runs.map(({ id }) => id)],
  );

export interface Written {
  readonly dataset: number;
  readonly run: number;
  readonly at: number;
}

/** Takes note of which completed run wrote datasets last. Writes: dataset_freshness. */
export const writeFreshness = (tx: Tx, written: readonly Written[]): Promise<number> =>
  tx.execute(
    "writeFreshness",
    `insert into dataset_freshness as f (dataset_id, written_at, run)
     select dataset_id, written_at, run from unnest($1::integer[], $2::timestamptz[], $3::bigint[]) as given (dataset_id, written_at, run) order by dataset_id
     on conflict (dataset_id) do update set written_at = excluded.written_at, run = excluded.run
     where (excluded.written_at, excluded.run) > (f.written_at, f.run)`,
    [written.map(({ dataset }) => dataset), written.map(({ at }) => instantText(at)), written.map(({ run }) => run)],
  );
