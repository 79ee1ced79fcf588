import type { Tx } from "../../platform/database/sql";
import { ACCESS_ACTION, type AccessTally } from "../access-model";
import type { SealedAuditEntry } from "../model";

/** A digest of who reported and of the event's id, and the entry that it gets if it is new. */
export interface EventName {
  readonly digest: Buffer;
  readonly entryId: string;
}

/**
 * Claims the names of events for their entries, in the order of the digests (two who claim the same cannot deadlock), and answers the entries of
 * those that nobody has claimed before.
 */
export async function claimEventNames(tx: Tx, names: readonly EventName[]): Promise<Set<string>> {
  const rows = await tx.query<{ entryId: string }>(
    "claimEventNames",
    `insert into access_event_ids (digest, entry_id)
     select row.digest, row.entry_id from unnest($1::bytea[], $2::uuid[]) as row (digest, entry_id) order by row.digest
     on conflict do nothing
     returning entry_id as "entryId"`,
    [names.map(({ digest }) => digest), names.map(({ entryId }) => entryId)],
  );
  return new Set(rows.map(({ entryId }) => entryId));
}

/** An entry about an access, which carries the time of the access. */
export interface AccessEntry extends SealedAuditEntry {
  readonly at: Date;
}

/** Writes what entries about accesses are searched by; their bytes go into the log by `insertSequenced`, without waiting in the inbox. */
export async function insertAccessFacts(tx: Tx, entries: readonly AccessEntry[]): Promise<void> {
  const rows = entries.map(({ id, at, actor, object, fields, purpose, basis, source, outcome, subjects }) =>
    ({ id, at, actor, object, fields, purpose, basis, source, outcome, pid: subjects?.[0] }));
  await tx.execute(
    "insertAccessFacts",
    `with access as (
       select * from json_to_recordset($1) as row (id uuid, at timestamptz, actor text, object text, fields text[], purpose text, basis text,
                                                   source text, outcome text, pid uuid)
     ), facts as (
       insert into audit_entry_facts (id, at, action, actor, object, fields, purpose, basis, source, outcome)
       select id, at, $2, actor, object, fields, purpose, basis, source, outcome from access
     )
     insert into audit_entry_subjects (pid, entry_id) select pid, id from access where pid is not null`,
    [JSON.stringify(rows), ACCESS_ACTION],
  );
}

/** Adds to the counts of a reporter, dataset and day, in their order (two who count the same cannot deadlock). */
export async function addAccessTallies(tx: Tx, tallies: readonly AccessTally[]): Promise<void> {
  await tx.execute(
    "addAccessTallies",
    `insert into access_tallies as t (day, reporter, dataset, allowed, denied, without_purpose, last_at, reported_at)
     select day, reporter, dataset, allowed, denied, "withoutPurpose", "lastAt", $2
       from json_to_recordset($1) as row (day date, reporter text, dataset text, allowed bigint, denied bigint, "withoutPurpose" bigint, "lastAt" timestamptz)
      order by reporter, dataset, day
     on conflict (reporter, hashtextextended(dataset, 0), day) do update
        set allowed = t.allowed + excluded.allowed, denied = t.denied + excluded.denied,
            without_purpose = t.without_purpose + excluded.without_purpose,
            last_at = greatest(t.last_at, excluded.last_at), reported_at = greatest(t.reported_at, excluded.reported_at)`,
    [JSON.stringify(tallies), tx.now],
  );
}
