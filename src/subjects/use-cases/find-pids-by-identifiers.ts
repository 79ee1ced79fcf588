import type { Reader } from "../../platform/database/sql";
import { type Identifier, normaliseIdentifier } from "../model";
import { findPidsByBlindIndexes } from "../storage/subject-queries";

/** Subjects known by any of these identifiers, each once. Refuses (BAD_USER_INPUT) malformed identifiers. */
export async function findPidsByIdentifiers(reader: Reader, identifiers: readonly Identifier[]): Promise<string[]> {
  const wanted = identifiers.map(normaliseIdentifier);
  const indexes = wanted.map(({ type, value }) => reader.keyring.blindIndex(type, value));
  return findPidsByBlindIndexes(reader, wanted.map(({ type }) => type), indexes);
}
