import type { Tx } from "../../platform/database/sql";
import type { CustodyFlow } from "../custody-model";
import type { Provenance } from "../model";
import type { FlowKey } from "../picture-row-model";
import { instantText, millisecondsOf, type StoredInstant } from "./instants";

interface CustodyRow {
  readonly from: number;
  readonly to: number;
  readonly job: number;
  readonly provenance: Provenance;
  readonly passages: number;
  readonly first: StoredInstant;
  readonly last: StoredInstant;
  readonly stands: StoredInstant | null;
}

const COLUMNS = `c.from_id as "from", c.to_id as "to", c.job_id as job, c.provenance, c.passages, c.first_at as first, c.last_at as last, c.stands_at as stands`;

const toCustody = ({ first, last, stands, ...row }: CustodyRow): CustodyFlow => ({
  ...row, first: millisecondsOf(first), last: millisecondsOf(last), stands: stands === null ? -Infinity : millisecondsOf(stands),
});

export const findCustody = async (tx: Tx, keys: readonly FlowKey[]): Promise<CustodyFlow[]> =>
  (
    await tx.query<CustodyRow>(
      "findCustody",
      `select ${COLUMNS} from unnest($1::integer[], $2::integer[], $3::integer[], $4::text[]) as asked (from_id, to_id, job_id, provenance)
       join custody_flows c using (from_id, to_id, job_id, provenance)`,
      [keys.map(({ from }) => from), keys.map(({ to }) => to), keys.map(({ job }) => job), keys.map(({ provenance }) => provenance)],
    )
  ).map(toCustody);

/** All that ever flowed into outputs of jobs (0: of none). */
export const findCustodyInto = async (tx: Tx, outputs: readonly { readonly job: number; readonly output: number }[]): Promise<CustodyFlow[]> =>
  (
    await tx.query<CustodyRow>(
      "findCustodyInto",
      `select ${COLUMNS} from unnest($1::integer[], $2::integer[]) as asked (job_id, to_id) join custody_flows c using (job_id, to_id)`,
      [outputs.map(({ job }) => job), outputs.map(({ output }) => output)],
    )
  ).map(toCustody);

/**
 * Remembers flows: those that are known are widened where that says something new, and never made less; the others are taken in. Their jobs are
 * locked. Writes: custody_flows.
 */
export const rememberCustody = (tx: Tx, flows: readonly CustodyFlow[]): Promise<number> =>
  tx.execute(
    "rememberCustody",
    `with given as materialized (
       select place, from_id, to_id, job_id, provenance, passages, first_at, last_at, nullif(stands_at, '-infinity') as stands_at
       from unnest($1::integer[], $2::integer[], $3::integer[], $4::text[], $5::smallint[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
         with ordinality as given (from_id, to_id, job_id, provenance, passages, first_at, last_at, stands_at, place)
     ), known as materialized (
       select given.place, c.id from given join custody_flows c using (from_id, to_id, job_id, provenance)
     ), widened as (
       update custody_flows c set first_at = least(c.first_at, given.first_at), last_at = greatest(c.last_at, given.last_at),
         stands_at = greatest(c.stands_at, given.stands_at), changed_by = pg_current_xact_id()
       from known join given using (place)
       where c.id = known.id
         and (given.first_at < c.first_at or given.last_at > c.last_at or given.stands_at > coalesce(c.stands_at, '-infinity'))
     )
     insert into custody_flows (from_id, to_id, job_id, provenance, passages, first_at, last_at, stands_at, changed_by)
     select from_id, to_id, job_id, provenance, passages, first_at, last_at, stands_at, pg_current_xact_id()
     from given where place not in (select place from known) order by place`,
    [
      flows.map(({ from }) => from), flows.map(({ to }) => to), flows.map(({ job }) => job), flows.map(({ provenance }) => provenance),
      flows.map(({ passages }) => passages), flows.map(({ first }) => instantText(first)), flows.map(({ last }) => instantText(last)),
      flows.map(({ stands }) => instantText(stands)),
    ],
  );

/** A declaration stands no more: what it told of flowed until now. Writes: custody_flows. */
export const endDeclaredCustody = (tx: Tx, flows: readonly FlowKey[]): Promise<number> =>
  tx.execute(
    "endDeclaredCustody",
    `update custody_flows c set last_at = greatest(c.first_at, $4), changed_by = pg_current_xact_id()
     from unnest($1::integer[], $2::integer[], $3::integer[]) as ended (from_id, to_id, job_id)
     where c.from_id = ended.from_id and c.to_id = ended.to_id and c.job_id = ended.job_id and c.provenance = 'DECLARED' and c.last_at = 'infinity'`,
    [flows.map(({ from }) => from), flows.map(({ to }) => to), flows.map(({ job }) => job), tx.now],
  );
