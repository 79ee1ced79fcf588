import type { Reader } from "../../platform/database/sql";
import { notFound } from "../../platform/errors";
import { findCosignedCheckpoint, findNewestCheckpoint, type StoredCheckpoint } from "../storage/log-queries";

/** How old a cosigned checkpoint may be to be preferred to a newer one that no witness has seen yet. */
const WITNESS_SECONDS = 5;

/**
 * The checkpoint that is shown: the newest one; where there are witnesses, the newest that one of them has cosigned, if it is at most 5 seconds older.
 * Refuses (NOT_FOUND) before the first one is signed.
 */
export async function readCheckpoint(reader: Reader): Promise<StoredCheckpoint> {
  const hasWitnesses = reader.config.witnesses.length > 0;
  const found = await (hasWitnesses ? findCosignedCheckpoint(reader, WITNESS_SECONDS) : findNewestCheckpoint(reader));
  if (found === undefined) throw notFound("no checkpoint of the audit log has been signed yet");
  return found;
}
