import type { Tx } from "../../platform/database/sql";
import type { IdentifierStatus } from "../model";

export interface NewIdentifierRow {
  readonly id: string;
  readonly type: string;
  readonly blindIndex: Buffer;
  readonly sealed: string;
}

export async function insertSubjectKey(tx: Tx, pid: string, wrappedKey: string): Promise<void> {
  await tx.execute("insertSubjectKey", "insert into subject_keys (pid, wrapped_key, created_at) values ($1, $2, $3)", [pid, wrappedKey, tx.now]);
}

/** The subject's wrapped key, kept from being destroyed until this transaction ends; undefined once it was destroyed. */
export async function holdSubjectKey(tx: Tx, pid: string): Promise<string | undefined> {
  const [row] = await tx.query<{ wrappedKey: string }>(
    "holdSubjectKey",
    'select k.wrapped_key as "wrappedKey" from subject_keys k where k.pid = $1 for key share',
    [pid],
  );
  return row?.wrappedKey;
}

/** Writes the identifiers that the subject does not have yet, in the order of their key (two who add the same cannot deadlock), and answers those. */
export async function insertIdentifiers(
  tx: Tx,
  pid: string,
  rows: readonly NewIdentifierRow[],
  status: IdentifierStatus,
  from: string | null,
): Promise<{ id: string; type: string }[]> {
  return tx.query(
    "insertIdentifiers",
    `insert into subject_identifiers (id, pid, type, blind_index, sealed, status, from_ref, created_at)
     select row.id, $5, row.type, row.blind_index, row.sealed, $6, $7, $8
       from unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[]) as row (id, type, blind_index, sealed)
      order by row.type, row.blind_index
     on conflict (pid, type, blind_index) do nothing
     returning id, type`,
    [
      rows.map((row) => row.id),
      rows.map((row) => row.type),
      rows.map((row) => row.blindIndex),
      rows.map((row) => row.sealed),
      pid,
      status,
      from,
      tx.now,
    ],
  );
}

/** Takes an identifier out of quarantine. Answers false, and changes nothing, where it is not in quarantine. */
export async function confirmIdentifier(tx: Tx, id: string): Promise<boolean> {
  const changed = await tx.execute(
    "confirmIdentifier",
    "update subject_identifiers set status = 'CONFIRMED' where id = $1 and status = 'QUARANTINED'",
    [id],
  );
  return changed === 1;
}

/**
 * Destroys the subject's key, and with it (by the foreign key, so also those added meanwhile) all its identifiers.
 * Nothing sealed under the key can be opened again. Answers false where there was none.
 */
export async function shredSubject(tx: Tx, pid: string): Promise<boolean> {
  return (await tx.execute("shredSubject", "delete from subject_keys where pid = $1", [pid])) === 1;
}

/** The next wrapped keys by pid, locked; keys that another process is working on are left to it. */
export async function lockSubjectKeys(tx: Tx, after: string | null, limit: number): Promise<{ pid: string; wrappedKey: string }[]> {
  return tx.query(
    "lockSubjectKeys",
    `select k.pid, k.wrapped_key as "wrappedKey" from subject_keys k
      where $1::uuid is null or k.pid > $1 order by k.pid limit $2 for no key update skip locked`,
    [after, limit],
  );
}

export async function updateWrappedKeys(tx: Tx, keys: readonly { readonly pid: string; readonly wrappedKey: string }[]): Promise<void> {
  await tx.execute(
    "updateWrappedKeys",
    `update subject_keys k set wrapped_key = row.wrapped_key
       from unnest($1::uuid[], $2::text[]) as row (pid, wrapped_key) where k.pid = row.pid`,
    [keys.map((key) => key.pid), keys.map((key) => key.wrappedKey)],
  );
}
