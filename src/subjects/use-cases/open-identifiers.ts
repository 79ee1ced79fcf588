import { type DataKey, open } from "../../platform/crypto/envelope";
import type { Reader } from "../../platform/database/sql";
import { identifierPlace, keyPlace } from "../places";
import { findSealedIdentifiers, type IdentifierEntry, type SealedIdentifierRow } from "../storage/subject-queries";

/** Never to be stored elsewhere, logged or written into an error. */
export interface OpenedIdentifier extends IdentifierEntry {
  readonly value: string;
}

/** The identifiers of each subject, oldest first; none for a subject that was destroyed. Opening is personal data read: the caller audits it. */
export async function openIdentifiers(reader: Reader, pids: readonly string[]): Promise<Map<string, OpenedIdentifier[]>> {
  const opened = new Map<string, OpenedIdentifier[]>(pids.map((pid) => [pid, []]));
  const keys = new Map<string, DataKey>();
  for (const row of await findSealedIdentifiers(reader, pids)) {
    const key = keys.get(row.pid) ?? reader.keyring.unwrapDataKey(row.wrappedKey, keyPlace(row.pid));
    keys.set(row.pid, key);
    opened.get(row.pid)?.push(openRow(row, key));
  }
  return opened;
}

const openRow = ({ id, type, status, from, sealed }: SealedIdentifierRow, key: DataKey): OpenedIdentifier => ({
  id,
  type,
  value: open(key, identifierPlace(id), sealed),
  status,
  from,
});
