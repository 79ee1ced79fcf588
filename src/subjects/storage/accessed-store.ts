import type { Tx } from "../../platform/database/sql";

/** A person whose data was accessed, as far as it is known: by one identifier, which cannot be read back. */
export interface AccessedKey {
  readonly type: string;
  readonly blindIndex: Buffer;
}

interface AccessedRow extends AccessedKey {
  readonly pid: string;
}

/** Those of the persons that are known already, kept from being forgotten until this transaction ends. */
export async function holdAccessed(tx: Tx, keys: readonly AccessedKey[]): Promise<AccessedRow[]> {
  return tx.query(
    "holdAccessed",
    `select a.type, a.blind_index as "blindIndex", a.pid from accessed_subjects a
       join unnest($1::text[], $2::bytea[]) as wanted (type, blind_index) on a.type = wanted.type and a.blind_index = wanted.blind_index
      order by a.type, a.blind_index for key share of a`,
    [keys.map(({ type }) => type), keys.map(({ blindIndex }) => blindIndex)],
  );
}

/** Writes the persons that are not known yet, in the order of their key (two who write the same cannot deadlock), and answers those. */
export async function insertAccessed(tx: Tx, rows: readonly AccessedRow[]): Promise<AccessedRow[]> {
  return tx.query(
    "insertAccessed",
    `insert into accessed_subjects (type, blind_index, pid, created_at)
     select row.type, row.blind_index, row.pid, $4 from unnest($1::text[], $2::bytea[], $3::uuid[]) as row (type, blind_index, pid)
      order by row.type, row.blind_index
     on conflict do nothing
     returning type, blind_index as "blindIndex", pid`,
    [rows.map(({ type }) => type), rows.map(({ blindIndex }) => blindIndex), rows.map(({ pid }) => pid), tx.now],
  );
}

/**
 * Forgets under which pids accesses to this subject's data were reported: those pids point to nobody from now on. Goes by the identifiers that
 * the subject has at this moment, without those in quarantine, which may be another person's; so it comes before `shredSubject`.
 * Answers the pids.
 */
export async function forgetAccessed(tx: Tx, pid: string): Promise<string[]> {
  const rows = await tx.query<{ pid: string }>(
    "forgetAccessed",
    `delete from accessed_subjects a using subject_identifiers i
      where i.pid = $1 and i.status <> 'QUARANTINED' and a.type = i.type and a.blind_index = i.blind_index
     returning a.pid`,
    [pid],
  );
  return rows.map((row) => row.pid);
}

/** Those of the persons with these pids whom no other transaction has in hand; nobody else can take them in hand until this one ends. */
export async function lockAccessed(tx: Tx, pids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ pid: string }>("lockAccessed", "select a.pid from accessed_subjects a where a.pid = any($1) for update skip locked", [pids]);
  return rows.map(({ pid }) => pid);
}

/** Forgets persons whose data was accessed: their pids point to nobody from now on. */
export const deleteAccessed = (tx: Tx, pids: readonly string[]): Promise<number> =>
  tx.execute("deleteAccessed", "delete from accessed_subjects where pid = any($1)", [pids]);
