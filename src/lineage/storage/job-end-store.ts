import type { Tx } from "../../platform/database/sql";
import type { JobSide } from "../job-ends-model";
import { instantText, millisecondsOf, type StoredInstant } from "./instants";

/** Says that explicit lineage begins or ends at jobs; they are locked. Writes: jobs. */
export const markJobEnds = (tx: Tx, jobs: readonly number[]): Promise<number> =>
  tx.execute("markJobEnds", "update jobs j set is_end = true where j.id = any($1::integer[])", [jobs]);

/** Remembers what JobEvents give to their jobs, which are locked. Writes: job_shapes. */
export const rememberShapes = (tx: Tx, sides: readonly JobSide[]): Promise<number> =>
  tx.execute(
    "rememberShapes",
    `insert into job_shapes as s (job_id, dataset_id, is_output, first_at, last_at)
     select job_id, dataset_id, is_output, min(first_at), max(last_at)
     from unnest($1::integer[], $2::integer[], $3::boolean[], $4::timestamptz[], $5::timestamptz[]) as given (job_id, dataset_id, is_output, first_at, last_at)
     group by job_id, dataset_id, is_output order by job_id, dataset_id, is_output
     on conflict (job_id, dataset_id, is_output) do update set first_at = least(s.first_at, excluded.first_at), last_at = greatest(s.last_at, excluded.last_at)
     where excluded.first_at < s.first_at or excluded.last_at > s.last_at`,
    [
      sides.map(({ job }) => job), sides.map(({ dataset }) => dataset), sides.map(({ isOutput }) => isOutput),
      sides.map(({ first }) => instantText(first)), sides.map(({ last }) => instantText(last)),
    ],
  );

/** What all runs and JobEvents of jobs have read and written until now; as many rows as there are datasets. */
export const findSides = async (tx: Tx, jobs: readonly number[]): Promise<JobSide[]> =>
  (
    await tx.query<Omit<JobSide, "first" | "last"> & { readonly first: StoredInstant; readonly last: StoredInstant }>(
      "findSides",
      `select job, dataset, "isOutput", min(first) as first, max(last) as last from (
         select r.job_id as job, input as dataset, false as "isOutput", r.first_at as first, r.last_at as last
         from job_runs r cross join unnest(r.inputs) as input where r.job_id = any($1::integer[])
         union all select r.job_id, output, true, r.first_at, r.last_at
         from job_runs r cross join unnest(r.outputs) as output where r.job_id = any($1::integer[])
         union all select s.job_id, s.dataset_id, s.is_output, s.first_at, s.last_at from job_shapes s where s.job_id = any($1::integer[])
       ) as side group by job, dataset, "isOutput"`,
      [jobs],
    )
  ).map(({ first, last, ...side }) => ({ ...side, first: millisecondsOf(first), last: millisecondsOf(last) }));
