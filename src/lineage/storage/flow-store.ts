import type { Tx } from "../../platform/database/sql";
import type { FlowTraits } from "../claims-model";
import type { Provenance } from "../model";
import type { DrawnRow, FlowKey, PictureRow, TraitsRule } from "../picture-row-model";
import { instantText, millisecondsOf, type StoredInstant } from "./instants";

/** Masked is what nobody has ever said to flow unmasked. */
export const FLOW_TRAITS: TraitsRule<FlowTraits> = {
  merge: (one, other) => ({ masking: one.masking && other.masking, columns: one.columns || other.columns, passages: one.passages }),
  equal: (one, other) => one.masking === other.masking && one.columns === other.columns,
};

export type FlowRow = PictureRow<FlowTraits>;

interface StoredRow {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly job: number;
  readonly provenance: Provenance;
  readonly run: string;
  readonly masking: boolean;
  readonly columns: boolean;
  readonly passages: number;
  readonly since: StoredInstant;
  readonly until: StoredInstant;
}

const COLUMNS = `f.id, f.from_id as "from", f.to_id as "to", f.job_id as job, f.provenance, f.run, f.masking, f.columns, f.passages,
  f.valid_from as since, f.valid_to as until`;

const toRow = ({ run, masking, columns, passages, since, until, ...row }: StoredRow): FlowRow => ({
  ...row, run: Number(run), traits: { masking, columns, passages }, since: millisecondsOf(since), until: millisecondsOf(until),
});

const keyColumns = (keys: readonly FlowKey[]): unknown[] => [
  keys.map(({ from }) => from), keys.map(({ to }) => to), keys.map(({ job }) => job), keys.map(({ provenance }) => provenance),
];

/** Rows of flows that hang on no run, those that have ended too; of inputs x outputs also those that hung on one and were emptied. */
export const findFlows = async (tx: Tx, keys: readonly FlowKey[]): Promise<FlowRow[]> =>
  (
    await tx.query<StoredRow>(
      "findFlows",
      `select ${COLUMNS} from unnest($1::integer[], $2::integer[], $3::integer[], $4::text[]) as asked (from_id, to_id, job_id, provenance)
       join flows f using (from_id, to_id, job_id, provenance) where f.run = 0 or (f.provenance = 'RUN' and f.valid_from = f.valid_to)`,
      keyColumns(keys),
    )
  ).map(toRow);

/** Rows that hang, or have hung, on runs. */
export const findFlowsOfRuns = async (tx: Tx, runs: readonly number[]): Promise<FlowRow[]> =>
  (await tx.query<StoredRow>("findFlowsOfRuns", `select ${COLUMNS} from flows f where f.run = any($1::bigint[]) and f.run <> 0`, [runs])).map(toRow);

/** Open rows of jobs, of whatever run. */
export const findOpenFlowsOfJobs = async (tx: Tx, jobs: readonly number[]): Promise<FlowRow[]> =>
  (
    await tx.query<StoredRow>(
      "findOpenFlowsOfJobs",
      `select ${COLUMNS} from flows f where f.job_id = any($1::integer[]) and f.job_id <> 0 and f.valid_to = 'infinity'`,
      [jobs],
    )
  ).map(toRow);

/** Open rows into outputs of jobs (0: of none). */
export const findOpenFlowsInto = async (tx: Tx, outputs: readonly { readonly job: number; readonly output: number }[]): Promise<FlowRow[]> =>
  (
    await tx.query<StoredRow>(
      "findOpenFlowsInto",
      `select ${COLUMNS} from unnest($1::integer[], $2::integer[]) as asked (job_id, to_id) join flows f using (job_id, to_id) where f.valid_to = 'infinity'`,
      [outputs.map(({ job }) => job), outputs.map(({ output }) => output)],
    )
  ).map(toRow);

/** The row of this id; undefined where there is none. */
export const findFlow = async (tx: Tx, id: number): Promise<FlowRow | undefined> =>
  (await tx.query<StoredRow>("findFlow", `select ${COLUMNS} from flows f where f.id = $1`, [id])).map(toRow)[0];

/** The row of a job that was written last, one that held if there is any. */
export const findNewestFlowOfJob = async (tx: Tx, job: number): Promise<FlowRow | undefined> =>
  (
    await tx.query<StoredRow>(
      "findNewestFlowOfJob",
      `select ${COLUMNS} from flows f where f.job_id = $1 order by f.valid_from = f.valid_to, f.valid_from desc, f.id desc limit 1`,
      [job],
    )
  ).map(toRow)[0];

/** Writes rows as drawn, those that are known before those that are new: no two may have the same end. Writes: flows. */
export async function writeFlows(tx: Tx, rows: readonly DrawnRow<FlowTraits>[]): Promise<void> {
  const known = rows.filter(({ id }) => id !== null);
  const added = rows.filter(({ id }) => id === null);
  if (known.length > 0) {
    await tx.execute(
      "updateFlows",
      `update flows f set run = given.run, masking = given.masking, columns = given.columns, valid_from = given.since, valid_to = given.until,
         changed_by = pg_current_xact_id()
       from unnest($1::integer[], $2::bigint[], $3::boolean[], $4::boolean[], $5::timestamptz[], $6::timestamptz[])
         as given (id, run, masking, columns, since, until)
       where f.id = given.id`,
      [
        known.map(({ id }) => id), known.map(({ run }) => run), known.map(({ traits }) => traits.masking), known.map(({ traits }) => traits.columns),
        known.map(({ since }) => instantText(since)), known.map(({ until }) => instantText(until)),
      ],
    );
  }
  if (added.length > 0) {
    await tx.execute(
      "insertFlows",
      `insert into flows (from_id, to_id, job_id, provenance, run, masking, columns, passages, valid_from, valid_to, changed_by)
       select given.*, pg_current_xact_id() from unnest($1::integer[], $2::integer[], $3::integer[], $4::text[], $5::bigint[], $6::boolean[], $7::boolean[],
         $8::smallint[], $9::timestamptz[], $10::timestamptz[]) as given`,
      [
        ...keyColumns(added), added.map(({ run }) => run), added.map(({ traits }) => traits.masking), added.map(({ traits }) => traits.columns),
        added.map(({ traits }) => traits.passages), added.map(({ since }) => instantText(since)), added.map(({ until }) => instantText(until)),
      ],
    );
  }
}
