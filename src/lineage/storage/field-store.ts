import type { Tx } from "../../platform/database/sql";
import type { FieldTraits } from "../claims-model";
import type { Json, Provenance } from "../model";
import type { DrawnRow, FlowKey, PictureRow, TraitsRule } from "../picture-row-model";
import { instantText, millisecondsOf, type StoredInstant } from "./instants";

/** Each transformation once, in the order of their texts. */
export interface StoredTraits extends FieldTraits {
  readonly passages: number;
}

/** So many different transformations of one link are kept: those whose texts come first. */
const MOST_TRANSFORMATIONS = 20;

export const orderedTransformations = (given: readonly Json[]): readonly Json[] =>
  [...new Set(given.map((one) => JSON.stringify(one)))].sort().slice(0, MOST_TRANSFORMATIONS).map((text) => JSON.parse(text) as Json);

const sameTransformations = (one: StoredTraits, other: StoredTraits): boolean => JSON.stringify(one.transformations) === JSON.stringify(other.transformations);

export const FIELD_TRAITS: TraitsRule<StoredTraits> = {
  merge: (one, other) => ({
    masking: one.masking && other.masking,
    indirect: one.indirect && other.indirect,
    transformations: sameTransformations(one, other) ? one.transformations : orderedTransformations([...one.transformations, ...other.transformations]),
    passages: one.passages,
  }),
  equal: (one, other) => one.masking === other.masking && one.indirect === other.indirect && sameTransformations(one, other),
};

/** A row of the picture between field nodes, and the datasets that these belong to. */
export interface FieldRow extends PictureRow<StoredTraits> {
  readonly fromDataset: number;
  readonly toDataset: number;
}

interface StoredRow {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly job: number;
  readonly provenance: Provenance;
  readonly run: string;
  readonly masking: boolean;
  readonly indirect: boolean;
  readonly transformations: Json[];
  readonly passages: number;
  readonly since: StoredInstant;
  readonly until: StoredInstant;
  readonly fromDataset: number;
  readonly toDataset: number;
}

const COLUMNS = `f.id, f.from_id as "from", f.to_id as "to", f.job_id as job, f.provenance, f.run, f.masking, f.indirect, f.transformations, f.passages,
  f.valid_from as since, f.valid_to as until, s.dataset_id as "fromDataset", t.dataset_id as "toDataset"`;
const ENDS = "join field_nodes s on s.id = f.from_id join field_nodes t on t.id = f.to_id";

const toRow = ({ run, masking, indirect, transformations, passages, since, until, ...row }: StoredRow): FieldRow => ({
  ...row, run: Number(run), traits: { masking, indirect, transformations, passages }, since: millisecondsOf(since), until: millisecondsOf(until),
});

const keyColumns = (keys: readonly FlowKey[]): unknown[] => [
  keys.map(({ from }) => from), keys.map(({ to }) => to), keys.map(({ job }) => job), keys.map(({ provenance }) => provenance),
];

/** Rows between fields that hang on no run, those that have ended too. */
export const findFieldFlows = async (tx: Tx, keys: readonly FlowKey[]): Promise<FieldRow[]> =>
  (
    await tx.query<StoredRow>(
      "findFieldFlows",
      `select ${COLUMNS} from unnest($1::integer[], $2::integer[], $3::integer[], $4::text[]) as asked (from_id, to_id, job_id, provenance)
       join field_flows f using (from_id, to_id, job_id, provenance) ${ENDS} where f.run = 0`,
      keyColumns(keys),
    )
  ).map(toRow);

/** Rows that hang, or have hung, on runs. */
export const findFieldFlowsOfRuns = async (tx: Tx, runs: readonly number[]): Promise<FieldRow[]> =>
  (
    await tx.query<StoredRow>("findFieldFlowsOfRuns", `select ${COLUMNS} from field_flows f ${ENDS} where f.run = any($1::bigint[]) and f.run <> 0`, [runs])
  ).map(toRow);

/** Open rows of jobs, of whatever run. */
export const findOpenFieldFlowsOfJobs = async (tx: Tx, jobs: readonly number[]): Promise<FieldRow[]> =>
  (
    await tx.query<StoredRow>(
      "findOpenFieldFlowsOfJobs",
      `select ${COLUMNS} from field_flows f ${ENDS} where f.job_id = any($1::integer[]) and f.job_id <> 0 and f.valid_to = 'infinity'`,
      [jobs],
    )
  ).map(toRow);

/** Open rows into the fields of outputs of jobs (0: of none). */
export const findOpenFieldFlowsInto = async (tx: Tx, outputs: readonly { readonly job: number; readonly output: number }[]): Promise<FieldRow[]> =>
  (
    await tx.query<StoredRow>(
      "findOpenFieldFlowsInto",
      `select ${COLUMNS} from unnest($1::integer[], $2::integer[]) as asked (job_id, dataset_id)
       join field_nodes t using (dataset_id) join field_flows f on f.to_id = t.id and f.job_id = asked.job_id join field_nodes s on s.id = f.from_id
       where f.valid_to = 'infinity' and f.provenance <> 'WITHIN'`,
      [outputs.map(({ job }) => job), outputs.map(({ output }) => output)],
    )
  ).map(toRow);

/** The row of this id, unless it only says that a field is one of its dataset's. */
export const findFieldFlow = async (tx: Tx, id: number): Promise<FieldRow | undefined> =>
  (await tx.query<StoredRow>("findFieldFlow", `select ${COLUMNS} from field_flows f ${ENDS} where f.id = $1 and f.provenance <> 'WITHIN'`, [id])).map(toRow)[0];

/** Writes rows as drawn, those that are known before those that are new: no two may have the same end. Writes: field_flows. */
export async function writeFieldFlows(tx: Tx, rows: readonly DrawnRow<StoredTraits>[]): Promise<void> {
  const known = rows.filter(({ id }) => id !== null);
  const added = rows.filter(({ id }) => id === null);
  const traits = (of: typeof rows): unknown[] => [
    of.map(({ run }) => run), of.map(({ traits: { masking } }) => masking), of.map(({ traits: { indirect } }) => indirect),
    of.map(({ traits: { transformations } }) => JSON.stringify(transformations)),
    of.map(({ since }) => instantText(since)), of.map(({ until }) => instantText(until)),
  ];
  if (known.length > 0) {
    await tx.execute(
      "updateFieldFlows",
      `update field_flows f set run = given.run, masking = given.masking, indirect = given.indirect, transformations = given.transformations::json,
         valid_from = given.since, valid_to = given.until, changed_by = pg_current_xact_id()
       from unnest($1::integer[], $2::bigint[], $3::boolean[], $4::boolean[], $5::text[], $6::timestamptz[], $7::timestamptz[])
         as given (id, run, masking, indirect, transformations, since, until)
       where f.id = given.id`,
      [known.map(({ id }) => id), ...traits(known)],
    );
  }
  if (added.length > 0) {
    await tx.execute(
      "insertFieldFlows",
      `insert into field_flows (from_id, to_id, job_id, provenance, passages, run, masking, indirect, transformations, valid_from, valid_to, changed_by)
       select from_id, to_id, job_id, provenance, passages, run, masking, indirect, transformations::json, since, until, pg_current_xact_id()
       from unnest($1::integer[], $2::integer[], $3::integer[], $4::text[], $5::smallint[], $6::bigint[], $7::boolean[], $8::boolean[], $9::text[],
         $10::timestamptz[], $11::timestamptz[])
         as given (from_id, to_id, job_id, provenance, passages, run, masking, indirect, transformations, since, until)`,
      [...keyColumns(added), added.map(({ traits: { passages } }) => passages), ...traits(added)],
    );
  }
}
