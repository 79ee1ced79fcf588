import type { Tx } from "../../platform/database/sql";
import type { Facets, JobRunState } from "../model";
import type { JobRun, StoredRun, ToldFlow } from "../run-model";
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
  readonly told: number[];
  readonly facets: Facets;
}

const RUN_COLUMNS = `r.id, r.job_id as job, r.run_id as "runId", r.state, r.first_at as "firstAt", r.last_at as "lastAt", r.started_at as "startedAt",
  r.ended_at as "endedAt", r.inputs, r.outputs, r.explicit_outputs as "explicitOutputs", r.column_outputs as "columnOutputs", r.told`;

/** Added to its passages for column lineage. */
const IS_COLUMN = 4;

/** Three numbers for each flow: from, to, and what it is. */
const toldNumbers = (told: readonly ToldFlow[]): number[] =>
  told.flatMap(({ from, to, provenance, passages }) => [from, to, passages + (provenance === "COLUMN" ? IS_COLUMN : 0)]);

function toTold(numbers: readonly number[]): ToldFlow[] {
  const told: ToldFlow[] = [];
  for (let place = 0; place < numbers.length; place += 3) {
    const [from, to, what] = [numbers[place]!, numbers[place + 1]!, numbers[place + 2]!];
    told.push({ from, to, provenance: what >= IS_COLUMN ? "COLUMN" : "EXPLICIT", passages: what % IS_COLUMN });
  }
  return told;
}

const toRun = ({ id, firstAt, lastAt, startedAt, endedAt, told, ...row }: RunRow): StoredRun => ({
  ...row,
  id: Number(id),
  firstAt: millisecondsOf(firstAt),
  lastAt: millisecondsOf(lastAt),
  startedAt: startedAt === null ? null : millisecondsOf(startedAt),
  endedAt: endedAt === null ? null : millisecondsOf(endedAt),
  told: toTold(told),
});

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
  inputs integer[], outputs integer[], explicit_outputs integer[], column_outputs integer[], told integer[])`;

const COLUMNS_WRITTEN = "job_id, run_id, state, first_at, last_at, started_at, ended_at, inputs, outputs, explicit_outputs, column_outputs, told";

/** Facets go beside: what JSON functions pass on is not what was sent. */
const valuesOf = (runs: readonly JobRun[]): unknown[] => [
  JSON.stringify(
    runs.map(({ job, runId, state, firstAt, lastAt, startedAt, endedAt, inputs, outputs, explicitOutputs, columnOutputs, told }) => ({
      job_id: job, run_id: runId, state, first_at: instantText(firstAt), last_at: instantText(lastAt),
      started_at: startedAt === null ? null : instantText(startedAt), ended_at: endedAt === null ? null : instantText(endedAt),
      inputs, outputs, explicit_outputs: explicitOutputs, column_outputs: columnOutputs, told: toldNumbers(told),
    })),
  ),
  jsonTexts(runs.map(({ facets }) => facets)),
];

export interface TakenRuns {
  /** As they were stored before. */
  readonly known: readonly StoredRun[];
  readonly added: readonly StoredRun[];
}

/** Finds runs, and takes in those that are unknown; their jobs are locked. Writes: job_runs. */
export async function takeInRuns(tx: Tx, runs: readonly JobRun[]): Promise<TakenRuns> {
  const rows = await tx.query<RunRow & { readonly place: string; readonly isKnown: boolean }>(
    "takeInRuns",
    `with given as materialized (
       select * from rows from (json_to_recordset($1) as ${WRITTEN}, unnest(${unpackedTexts("$2")})) with ordinality as
         given (${COLUMNS_WRITTEN}, facets, place)
     ), known as materialized (
       -- Limited: for lists of unknown length the table would be read as a whole.
       select given.place, r.* from given cross join lateral (
         select ${RUN_COLUMNS}, r.facets from job_runs r where r.job_id = given.job_id and r.run_id = given.run_id limit 1
       ) as r
     ), added as (
       insert into job_runs (${COLUMNS_WRITTEN}, facets)
       select ${COLUMNS_WRITTEN}, facets::json from given where place not in (select place from known) order by place
       returning id, job_id, run_id
     )
     select true as "isKnown", known.* from known union all
     select false, given.place, added.id, given.job_id, null, null, null, null, null, null, null, null, null, null, null, null
     from added join given using (job_id, run_id)`,
    valuesOf(runs),
  );
  return {
    known: rows.filter(({ isKnown }) => isKnown).map(({ place: _place, isKnown: _isKnown, ...row }) => toRun(row)),
    added: rows.filter(({ isKnown }) => !isKnown).map(({ place, id }) => ({ ...runs[Number(place) - 1]!, id: Number(id) })),
  };
}

/** Writes what runs have become; their jobs are locked. Writes: job_runs. */
export const updateRuns = (tx: Tx, runs: readonly StoredRun[]): Promise<number> =>
  tx.execute(
    "updateRuns",
    `update job_runs r set state = given.state, first_at = given.first_at, last_at = given.last_at, started_at = given.started_at,
       ended_at = given.ended_at, inputs = given.inputs, outputs = given.outputs, explicit_outputs = given.explicit_outputs,
       column_outputs = given.column_outputs, told = given.told, facets = given.facets::json
     from rows from (json_to_recordset($1) as ${WRITTEN}, unnest(${unpackedTexts("$2")}), unnest($3::bigint[])) as
       given (job_id, run_id, state, first_at, last_at, started_at, ended_at, inputs, outputs, explicit_outputs, column_outputs, told, facets, id)
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
