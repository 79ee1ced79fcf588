import type { Tx } from "../../platform/database/sql";

const MINUTE_MS = 60_000;
/** Of the advisory locks on minutes, whose other half is the minute's number. */
const MINUTES = 1_281_978_707;

/** What was sent over HTTP with one token. */
export interface IngestCount {
  readonly token: string;
  readonly principal: string;
  readonly successful: number;
  readonly failed: number;
}

export interface IngestMinute extends IngestCount {
  readonly minute: Date;
}

const numberOf = (instant: Date): number => Math.floor(instant.getTime() / MINUTE_MS);

/** Adds to the counts of the transaction's minute, which cannot be closed before it has ended. Writes: ingest_minutes. */
export const addIngest = (tx: Tx, process: string, counts: readonly IngestCount[]): Promise<number> =>
  tx.execute(
    "addIngest",
    `with held as materialized (select pg_advisory_xact_lock_shared(${MINUTES}, $3))
     insert into ingest_minutes as known (minute, token, process, principal, received, successful, failed)
     select $4, token, $2, principal, successful + failed, successful, failed
     from held, json_to_recordset($1) as row (token text, principal text, successful integer, failed integer)
     on conflict (minute, token, process) do update
       set received = known.received + excluded.received, successful = known.successful + excluded.successful, failed = known.failed + excluded.failed`,
    [JSON.stringify(counts), process, numberOf(tx.now), new Date(numberOf(tx.now) * MINUTE_MS)],
  );

/** The earliest minute before this instant in which something was sent, and nothing is being written any more; nobody else closes it meanwhile. */
export async function lockIngestMinute(tx: Tx, before: Date): Promise<Date | undefined> {
  const [row] = await tx.query<{ minute: Date }>("findIngestMinute", "select min(minute) as minute from ingest_minutes where minute < $1 having min(minute) is not null", [before]);
  if (row === undefined) return undefined;
  const [lock] = await tx.query<{ held: boolean }>("lockIngestMinute", `select pg_try_advisory_xact_lock(${MINUTES}, $1) as held`, [numberOf(row.minute)]);
  return lock?.held === true ? row.minute : undefined;
}

/** Takes out the counts of a minute, those of all processes together. Writes: ingest_minutes. */
export const takeIngestMinute = (tx: Tx, minute: Date): Promise<IngestMinute[]> =>
  tx.query(
    "takeIngestMinute",
    `with taken as (delete from ingest_minutes where minute = $1 returning token, principal, successful, failed)
     select $1::timestamptz as minute, token, principal, sum(successful)::integer as successful, sum(failed)::integer as failed
     from taken group by token, principal order by token`,
    [minute],
  );
