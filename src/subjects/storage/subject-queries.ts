import type { Reader } from "../../platform/database/sql";
import type { IdentifierStatus } from "../model";

export interface IdentifierEntry {
  readonly id: string;
  readonly type: string;
  readonly status: IdentifierStatus;
  /** Public id of the dataset or service that named it; null where the request itself did. */
  readonly from: string | null;
}

export interface SealedIdentifierRow extends IdentifierEntry {
  readonly pid: string;
  readonly sealed: string;
  readonly wrappedKey: string;
}

export async function findSealedIdentifiers(reader: Reader, pids: readonly string[]): Promise<SealedIdentifierRow[]> {
  return reader.query(
    "findSealedIdentifiers",
    `select i.id, i.pid, i.type, i.status, i.from_ref as "from", i.sealed, k.wrapped_key as "wrappedKey"
       from subject_identifiers i join subject_keys k on k.pid = i.pid
      where i.pid = any($1::uuid[]) order by i.created_at, i.id`,
    [pids],
  );
}

/** What the subject is known by, oldest first, without opening anything. */
export async function listIdentifierTypes(reader: Reader, pid: string): Promise<IdentifierEntry[]> {
  return reader.query(
    "listIdentifierTypes",
    'select i.id, i.type, i.status, i.from_ref as "from" from subject_identifiers i where i.pid = $1 order by i.created_at, i.id',
    [pid],
  );
}

/**
 * Subjects known by any of these, and persons whose data was accessed under any of these, each once. An identifier in quarantine may be
 * another person's and does not count.
 */
export async function findPidsByBlindIndexes(reader: Reader, types: readonly string[], indexes: readonly Buffer[]): Promise<string[]> {
  const rows = await reader.query<{ pid: string }>(
    "findPidsByBlindIndexes",
    `with wanted as (select * from unnest($1::text[], $2::bytea[]) as wanted (type, blind_index))
     select i.pid from wanted join subject_identifiers i using (type, blind_index) where i.status <> 'QUARANTINED'
      union
     select a.pid from wanted join accessed_subjects a using (type, blind_index) order by pid`,
    [types, indexes],
  );
  return rows.map((row) => row.pid);
}

/** One identifier by its id, unopened. */
export async function findIdentifier(reader: Reader, id: string): Promise<{ id: string; pid: string; status: IdentifierStatus } | undefined> {
  const rows = await reader.query<{ id: string; pid: string; status: IdentifierStatus }>(
    "findIdentifier",
    "select i.id, i.pid, i.status from subject_identifiers i where i.id = $1",
    [id],
  );
  return rows[0];
}

/** Identifiers in quarantine, by subject, oldest first. */
export async function listQuarantined(reader: Reader, pids: readonly string[]): Promise<(IdentifierEntry & { readonly pid: string })[]> {
  return reader.query(
    "listQuarantined",
    `select i.id, i.pid, i.type, i.status, i.from_ref as "from" from subject_identifiers i
      where i.pid = any($1::uuid[]) and i.status = 'QUARANTINED' order by i.created_at, i.id`,
    [pids],
  );
}
