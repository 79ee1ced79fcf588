import type { Reader, Tx } from "../../platform/database/sql";
import type { Named } from "../model";
import { exactMilliseconds, instantText } from "./instants";

export interface JobNumber extends Named {
  readonly number: number;
}

/** Jobs by name, by whatever numbers they have; those that are unknown are left out. */
export const findJobNumbers = (reader: Reader, names: readonly Named[]): Promise<JobNumber[]> =>
  reader.query(
    "findJobNumbers",
    `select j.id as number, j.namespace, j.name from unnest($1::text[], $2::text[]) as asked (namespace, name)
     join jobs j on md5(j.name) = md5(asked.name) and md5(j.namespace) = md5(asked.namespace) and j.name = asked.name and j.namespace = asked.namespace`,
    [names.map(({ namespace }) => namespace), names.map(({ name }) => name)],
  );

/** Takes in jobs that nobody has taken in meanwhile. Writes: jobs. */
export const insertJobs = (tx: Tx, names: readonly Named[]): Promise<number> =>
  tx.execute(
    "insertJobs",
    `insert into jobs (namespace, name, first_seen_at, last_event_at)
     select namespace, name, $3, '-infinity' from unnest($1::text[], $2::text[]) as given (namespace, name) order by namespace, name
     on conflict do nothing`,
    [names.map(({ namespace }) => namespace), names.map(({ name }) => name), tx.now],
  );

export interface HeardJob {
  readonly number: number;
  /** Of its latest event. */
  readonly at: number;
}

export interface KnownJob {
  /** When its present epoch began; -Infinity: it always was. */
  readonly cut: number;
  /** Explicit lineage begins or ends at it. */
  readonly isEnd: boolean;
}

/**
 * Locks jobs in the order of their numbers, so that nobody else draws their flows before the transaction ends, and takes note of their
 * latest event: a later one brings back a job that was deleted. Answers what was known of them before. Writes: jobs.
 */
export async function hearJobs(tx: Tx, jobs: readonly HeardJob[]): Promise<Map<number, KnownJob>> {
  const rows = await tx.query<{ number: number; cutAt: number | null; isEnd: boolean }>(
    "hearJobs",
    `with locked as materialized (select j.id from jobs j where j.id = any($1::integer[]) order by j.id for no key update)
     update jobs j set last_event_at = greatest(j.last_event_at, heard.at),
       deleted_at = case when heard.at <= j.deleted_at then j.deleted_at end
     from locked join unnest($1::integer[], $2::timestamptz[]) as heard (id, at) using (id)
     where j.id = locked.id returning j.id as number, ${exactMilliseconds("j.cut_at")} as "cutAt", j.is_end as "isEnd"`,
    [jobs.map(({ number }) => number), jobs.map(({ at }) => instantText(at))],
  );
  return new Map(rows.map(({ number, cutAt, isEnd }) => [number, { cut: cutAt ?? -Infinity, isEnd }]));
}

/** Begins new epochs of jobs. Writes: jobs. */
export const cutJobs = (tx: Tx, cuts: ReadonlyMap<number, number>): Promise<number> =>
  tx.execute("cutJobs", "update jobs j set cut_at = cut.at from unnest($1::integer[], $2::timestamptz[]) as cut (id, at) where j.id = cut.id", [
    [...cuts.keys()], [...cuts.values()].map(instantText),
  ]);

/** Says that a job is there no more; answers whether it was. Writes: jobs. */
export const deleteJob = async (tx: Tx, job: number): Promise<boolean> =>
  (await tx.execute("deleteJob", "update jobs j set deleted_at = $2 where j.id = $1 and j.deleted_at is null", [job, tx.now])) > 0;
