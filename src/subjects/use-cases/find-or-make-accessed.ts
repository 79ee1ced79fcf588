import type { Tx } from "../../platform/database/sql";
import { type Identifier, normaliseIdentifier } from "../model";
import { type AccessedKey, holdAccessed, insertAccessed } from "../storage/accessed-store";

/**
 * The pids of persons whose data was accessed, in the order of the identifiers; who is not known yet gets one. One statement where all are
 * known, two where some are new, more only where others make or forget the same persons at this moment.
 * Refuses (BAD_USER_INPUT) malformed identifiers. Writes: accessed_subjects, without the identifiers.
 */
export async function findOrMakeAccessed(tx: Tx, identifiers: readonly Identifier[]): Promise<string[]> {
  const keys = identifiers.map(normaliseIdentifier).map(({ type, value }) => ({ type, blindIndex: tx.keyring.blindIndex(type, value) }));
  const missing = new Map(keys.map((key) => [nameOf(key), key]));
  const pids = new Map<string, string>();
  const settle = (found: readonly (AccessedKey & { readonly pid: string })[]): void => {
    for (const row of found) {
      pids.set(nameOf(row), row.pid);
      missing.delete(nameOf(row));
    }
  };
  while (missing.size > 0) {
    settle(await holdAccessed(tx, [...missing.values()]));
    if (missing.size > 0) settle(await insertAccessed(tx, [...missing.values()].map((key) => ({ ...key, pid: tx.ids.uuid() }))));
  }
  return keys.map((key) => pids.get(nameOf(key)) as string);
}

const nameOf = ({ type, blindIndex }: AccessedKey): string => `${type} ${blindIndex.toString("base64")}`;
