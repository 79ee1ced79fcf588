import { type DataKey, type Place, seal } from "../../platform/crypto/envelope";
import type { Tx } from "../../platform/database/sql";
import { badInput, preconditionFailed } from "../../platform/errors";
import { type Identifier, type IdentifierStatus, normaliseIdentifier } from "../model";
import { identifierPlace, keyPlace } from "../places";
import { holdSubjectKey, insertIdentifiers, insertSubjectKey } from "../storage/subject-store";

export interface AddedIdentifier {
  readonly id: string;
  readonly type: string;
}

/**
 * Makes a new subject: a random pid, a data key of its own, and its identifiers sealed under that key.
 * Refuses (BAD_USER_INPUT) malformed identifiers, and none at all. Writes subject_keys and subject_identifiers.
 */
export async function sealSubject(
  tx: Tx,
  identifiers: readonly Identifier[],
  status: IdentifierStatus = "ASSERTED",
): Promise<{ readonly pid: string }> {
  if (identifiers.length === 0) throw badInput("identifiers: expected at least one");
  const pid = tx.ids.uuid();
  const key = tx.keyring.newDataKey();
  await insertSubjectKey(tx, pid, tx.keyring.wrapDataKey(key, keyPlace(pid)));
  await insertSealed(tx, pid, key, identifiers, status, null);
  return { pid };
}

/**
 * Adds what the subject is not known by yet and answers only that; others stay as they are, their status too.
 * `from`: public id of who named them. Refuses (BAD_USER_INPUT) malformed identifiers and (PRECONDITION_FAILED) a subject whose key was destroyed.
 */
export async function addIdentifiers(
  tx: Tx,
  pid: string,
  identifiers: readonly Identifier[],
  status: IdentifierStatus,
  from?: string,
): Promise<AddedIdentifier[]> {
  return insertSealed(tx, pid, await keyOf(tx, pid), identifiers, status, from ?? null);
}

/** Seals a text about the subject under the subject's key, for one place: it cannot be read any more once the subject is shredded. Refuses as `addIdentifiers`. */
export async function sealForSubject(tx: Tx, pid: string, place: Place, text: string): Promise<string> {
  return seal(await keyOf(tx, pid), place, text);
}

async function keyOf(tx: Tx, pid: string): Promise<DataKey> {
  const wrappedKey = await holdSubjectKey(tx, pid);
  if (wrappedKey === undefined) throw preconditionFailed("The key of this subject has been destroyed; nothing can be added.");
  return tx.keyring.unwrapDataKey(wrappedKey, keyPlace(pid));
}

function insertSealed(
  tx: Tx,
  pid: string,
  key: DataKey,
  identifiers: readonly Identifier[],
  status: IdentifierStatus,
  from: string | null,
): Promise<AddedIdentifier[]> {
  const rows = identifiers.map(normaliseIdentifier).map(({ type, value }) => {
    const id = tx.ids.uuid();
    return { id, type, blindIndex: tx.keyring.blindIndex(type, value), sealed: seal(key, identifierPlace(id), value) };
  });
  return insertIdentifiers(tx, pid, rows, status, from);
}
