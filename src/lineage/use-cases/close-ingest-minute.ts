import { appendAuditEntries, type NewAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { type IngestMinute, lockIngestMinute, takeIngestMinute } from "../storage/ingest-store";

const MINUTE_MS = 60_000;
/** Longer than a transaction takes from its first instant to its first statement, by which it holds its minute open. */
const GRACE_MS = 5_000;

/**
 * Writes the audit entries of a minute's events over HTTP, one for each token with its counts, once the minute has ended. Answers whether
 * there was such a minute. Writes: audit entries, ingest_minutes.
 */
export const closeIngestMinute = (deps: Deps): Promise<boolean> =>
  deps.transaction(async (tx) => {
    const minute = await lockIngestMinute(tx, new Date(tx.now.getTime() - MINUTE_MS - GRACE_MS));
    if (minute === undefined) return false;
    await appendAuditEntries(tx, (await takeIngestMinute(tx, minute)).map(entryOf));
    return true;
  });

const entryOf = ({ minute, token, principal, successful, failed }: IngestMinute): NewAuditEntry => ({
  action: "lineage.record-lineage-events",
  actor: principal,
  object: token,
  source: `HTTP, the minute from ${minute.toISOString()}: ${successful + failed} received, ${successful} successful, ${failed} failed`,
});
