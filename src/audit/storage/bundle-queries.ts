import type { Reader } from "../../platform/database/sql";
import type { LeafRange } from "../../protocol/tlog/merkle-tree";
import { CHECKPOINT, type StoredCheckpoint } from "./log-queries";

/**
 * The newest checkpoint that was signed at or before an instant, before any that was signed later: a clock that was set back has them signed in
 * another order than they grew.
 */
export async function findCheckpointBefore(reader: Reader, at: Date): Promise<StoredCheckpoint | undefined> {
  const [row] = await reader.query<StoredCheckpoint>(
    "findCheckpointBefore",
    `select ${CHECKPOINT} from audit_checkpoints c
      where c.signed_at <= $1 and c.size < coalesce((select min(later.size) from audit_checkpoints later where later.signed_at > $1), c.size + 1)
      order by c.size desc limit 1`,
    [at],
  );
  return row;
}

/** The first checkpoint that was signed at or after an instant, after all that were signed earlier. */
export async function findCheckpointAfter(reader: Reader, at: Date): Promise<StoredCheckpoint | undefined> {
  const [row] = await reader.query<StoredCheckpoint>(
    "findCheckpointAfter",
    `select ${CHECKPOINT} from audit_checkpoints c
      where c.signed_at >= $1 and c.size > coalesce((select max(earlier.size) from audit_checkpoints earlier where earlier.signed_at < $1), -1)
      order by c.size limit 1`,
    [at],
  );
  return row;
}

/** What one reporter's accesses of some days come to. */
export interface ReporterTally {
  readonly reporter: string;
  readonly allowed: number;
  readonly denied: number;
  readonly withoutPurpose: number;
  readonly lastAt: Date;
}

/** What was reported of accesses on the days (UTC) that the period [from, to) touches, by reporter. */
export const listReporterTallies = (reader: Reader, { from, to }: { readonly from: Date; readonly to: Date }): Promise<ReporterTally[]> =>
  reader.query(
    "listReporterTallies",
    `select t.reporter, sum(t.allowed)::float8 as allowed, sum(t.denied)::float8 as denied, sum(t.without_purpose)::float8 as "withoutPurpose", max(t.last_at) as "lastAt"
       from access_tallies t
      where t.day >= ($1::timestamptz at time zone 'UTC')::date and t.day::timestamp at time zone 'UTC' < $2::timestamptz
      group by t.reporter order by t.reporter`,
    [from, to],
  );

/** The entries that say which of these leaves were dropped, by id. */
export async function listDropEntries(reader: Reader, { from, to }: LeafRange): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    "listDropEntries",
    "select distinct r.logged_by as id from audit_dropped_ranges r where r.from_index < $2 and r.to_index > $1 order by 1",
    [from, to],
  );
  return rows.map(({ id }) => id);
}

/** Entries of these leaves that are there, by their places. */
export const listEntriesBetween = (reader: Reader, { from, to }: LeafRange): Promise<{ index: number; entry: Buffer }[]> =>
  reader.query("listEntriesBetween", "select e.leaf_index::float8 as index, e.entry from audit_entries e where e.leaf_index >= $1 and e.leaf_index < $2 order by 1", [from, to]);
