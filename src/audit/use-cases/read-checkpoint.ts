import type { Reader } from "../../platform/database/sql";
import { notFound } from "../../platform/errors";
import { findNewestCheckpoint, findSettledCheckpoint, type StoredCheckpoint } from "../storage/log-queries";

/** How long a checkpoint waits for its witnesses: longer than they are asked for one, and no longer than readers can. */
const WAIT_MS = 2_000;

/**
 * The checkpoint that is shown: the newest one; where there are witnesses, the newest that one of them has cosigned or that has waited for two seconds.
 * Refuses (NOT_FOUND) before the first one is signed.
 */
export async function readCheckpoint(reader: Reader): Promise<StoredCheckpoint> {
  const hasWitnesses = reader.config.witnesses.length > 0;
  const waited = new Date(reader.clock.now().getTime() - WAIT_MS);
  const found = await (hasWitnesses ? findSettledCheckpoint(reader, waited) : findNewestCheckpoint(reader));
  if (found === undefined) throw notFound("no checkpoint of the audit log has been signed yet");
  return found;
}
