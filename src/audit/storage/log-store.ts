import { only, type Tx } from "../../platform/database/sql";

/** An entry and the bytes that are hashed. */
export interface LoggedBytes {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * Gives entries the next places in the log, in their order, and answers the first of them. Holds the one row of `audit_log` from here to the end of
 * the transaction, so it has to be the transaction's last statement but for the commit. Writes audit_log, audit_entries.
 */
export async function insertSequenced(tx: Tx, entries: readonly LoggedBytes[]): Promise<number> {
  const { first } = only(
    await tx.query<{ first: number }>(
      "insertSequenced",
      `with place as (
         update audit_log set next_index = next_index + cardinality($1::uuid[]) returning next_index - cardinality($1::uuid[]) as first
       ), written as (
         insert into audit_entries (leaf_index, id, entry)
         select place.first + entry.place - 1, entry.id, entry.bytes
         from place, unnest($1::uuid[], $2::bytea[]) with ordinality as entry (id, bytes, place)
       )
       select place.first::float8 as first from place`,
      [entries.map(({ id }) => id), entries.map(({ bytes }) => bytes)],
    ),
  );
  return first;
}

/** Ids of the oldest entries that wait for their place and that no other sequencer has in hand; they are locked. */
export async function lockWaitingEntries(tx: Tx, most: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>("lockWaitingEntries", "select id from audit_inbox order by id limit $1 for update skip locked", [most]);
  return rows.map(({ id }) => id);
}

/**
 * Moves entries that are locked (`lockWaitingEntries`) from the inbox to the next places in the log, in the order given; the bytes stay in the
 * database. Has to come last, as `insertSequenced` has to. Writes audit_log, audit_entries, audit_inbox.
 */
export async function sequenceWaitingEntries(tx: Tx, ids: readonly string[]): Promise<void> {
  const moved = await tx.execute(
    "sequenceWaitingEntries",
    `with place as (
       update audit_log set next_index = next_index + cardinality($1::uuid[]) returning next_index - cardinality($1::uuid[]) as first
     ), taken as (
       delete from audit_inbox where id = any($1) returning id, entry
     )
     insert into audit_entries (leaf_index, id, entry)
     select place.first + wanted.place - 1, taken.id, taken.entry
     from place, unnest($1::uuid[]) with ordinality as wanted (id, place) join taken using (id)`,
    [ids],
  );
  if (moved !== ids.length) throw new Error(`${ids.length - moved} entries left the inbox by another way than the sequencer's`);
}
