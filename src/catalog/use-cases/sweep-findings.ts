import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { listDueRechecks } from "../storage/finding-queries";
import { hasExpiredSilence } from "../storage/silence-queries";
import { expireSilences, lockSilences, releaseSilenced } from "../storage/silence-store";
import { refreshFindings } from "./refresh-findings";

const BATCH = 1000;

/**
 * Brings the findings up to the clock's now where time alone has changed the answer: assignments that began or ended, proofs that grew old,
 * attestations and silences that expired. Every writer notes when its own will be due, in its own transaction, so that nothing is missed,
 * however long that transaction ran and however the clock moved since. Answers how many things were due.
 * Two that run at the same time do the same work twice. Writes: findings, finding_rechecks, finding_silences; no audit entry, as nobody acted.
 */
export async function sweepFindings(deps: Deps): Promise<number> {
  const released = (await hasExpiredSilence(deps.db, deps.clock.now())) ? await deps.transaction(releaseExpired) : 0;
  const due = await listDueRechecks(deps.db, deps.clock.now(), BATCH);
  const entityKeys = due.flatMap(({ entityKey }) => entityKey ?? []);
  const datasetNumbers = due.flatMap(({ datasetNumber }) => datasetNumber ?? []);
  if (due.length > 0) await deps.transaction((tx) => refreshFindings(tx, { entityKeys, datasetNumbers }));
  return released + due.length;
}

async function releaseExpired(tx: Tx): Promise<number> {
  await lockSilences(tx);
  const expired = await expireSilences(tx);
  await releaseSilenced(tx, expired);
  return expired.length;
}
