import type { Tx } from "../../platform/database/sql";
import type { Statement, StatedOutput } from "../precedence-model";
import { exactMilliseconds, instantText, millisecondsOf, type StoredInstant } from "./instants";

interface StatedRow {
  readonly job: number;
  readonly output: number;
  readonly explicit_at: StoredInstant | null;
  readonly explicit_last: StoredInstant | null;
  readonly explicit_cut: number | null;
  readonly column_at: StoredInstant | null;
  readonly column_last: StoredInstant | null;
  readonly column_cut: number | null;
}

const COLUMNS = `s.job_id as job, s.output_id as output, s.explicit_at, s.explicit_last, ${exactMilliseconds("s.explicit_cut")} as explicit_cut,
  s.column_at, s.column_last, ${exactMilliseconds("s.column_cut")} as column_cut`;

const toStatement = (since: StoredInstant | null, last: StoredInstant | null, cut: number | null): Statement => ({
  since: since === null ? Infinity : millisecondsOf(since),
  last: last === null ? -Infinity : millisecondsOf(last),
  cut: cut ?? -Infinity,
});

const toStated = (row: StatedRow): StatedOutput => ({
  job: row.job,
  output: row.output,
  explicit: toStatement(row.explicit_at, row.explicit_last, row.explicit_cut),
  column: toStatement(row.column_at, row.column_last, row.column_cut),
});

type Output = Pick<StatedOutput, "job" | "output">;

const outputColumns = (outputs: readonly Output[]): unknown[] => [outputs.map(({ job }) => job), outputs.map(({ output }) => output)];

/** Locks what no job stands behind, in the order of its numbers, so that nobody else draws its flows before the transaction ends. Writes: stated_outputs. */
export async function lockUnclaimedOutputs(tx: Tx, outputs: readonly number[]): Promise<void> {
  await tx.execute(
    "insertUnclaimedOutputs",
    "insert into stated_outputs (job_id, output_id) select 0, output from unnest($1::integer[]) as output order by output on conflict do nothing",
    [outputs],
  );
  await tx.execute(
    "lockUnclaimedOutputs",
    "select from stated_outputs s where s.job_id = 0 and s.output_id = any($1::integer[]) order by s.output_id for no key update",
    [outputs],
  );
}

/** What is stated of outputs, and of all outputs of the jobs given. */
export const findStatedOutputs = async (tx: Tx, outputs: readonly Output[], jobs: readonly number[]): Promise<StatedOutput[]> =>
  (
    await tx.query<StatedRow>(
      "findStatedOutputs",
      `select ${COLUMNS} from unnest($1::integer[], $2::integer[]) as asked (job_id, output_id) join stated_outputs s using (job_id, output_id)
       union select ${COLUMNS} from stated_outputs s where s.job_id = any($3::integer[])`,
      [...outputColumns(outputs), jobs],
    )
  ).map(toStated);

/** Writes: stated_outputs. */
export const writeStatedOutputs = (tx: Tx, stated: readonly StatedOutput[]): Promise<number> =>
  tx.execute(
    "writeStatedOutputs",
    `insert into stated_outputs (job_id, output_id, explicit_at, explicit_last, explicit_cut, column_at, column_last, column_cut)
     select job_id, output_id, nullif(explicit_at, 'infinity'), nullif(explicit_last, '-infinity'), nullif(explicit_cut, '-infinity'),
       nullif(column_at, 'infinity'), nullif(column_last, '-infinity'), nullif(column_cut, '-infinity')
     from unnest($1::integer[], $2::integer[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
       as given (job_id, output_id, explicit_at, explicit_last, explicit_cut, column_at, column_last, column_cut)
     order by job_id, output_id
     on conflict (job_id, output_id) do update set explicit_at = excluded.explicit_at, explicit_last = excluded.explicit_last,
       explicit_cut = excluded.explicit_cut, column_at = excluded.column_at, column_last = excluded.column_last, column_cut = excluded.column_cut`,
    [
      ...outputColumns(stated),
      stated.map(({ explicit }) => instantText(explicit.since)), stated.map(({ explicit }) => instantText(explicit.last)),
      stated.map(({ explicit }) => instantText(explicit.cut)), stated.map(({ column }) => instantText(column.since)),
      stated.map(({ column }) => instantText(column.last)), stated.map(({ column }) => instantText(column.cut)),
    ],
  );
