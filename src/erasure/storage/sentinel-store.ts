import type { Tx } from "../../platform/database/sql";
import { SentinelRow } from "./erasure-rows";

export type SentinelState = "PLANTING" | "LOOKING" | "REMOVING" | "REMOVED" | "FAILED";

export interface Sentinel {
  readonly id: string;
  readonly serviceKey: string;
  readonly datasetIds: readonly number[];
  /** Where it was really planted; null until the service has answered. */
  readonly plantedIds: readonly number[] | null;
  readonly identifierTypes: readonly string[];
  readonly state: SentinelState;
}

const COLUMNS = `s.id, s.service_key as "serviceKey", s.dataset_ids as "datasetIds", s.planted_ids as "plantedIds", s.identifier_types as "identifierTypes", s.state`;

export async function insertSentinel(tx: Tx, sentinel: Sentinel): Promise<void> {
  await tx.manager.insert(SentinelRow, {
    id: sentinel.id,
    service_key: sentinel.serviceKey,
    dataset_ids: [...sentinel.datasetIds],
    identifier_types: [...sentinel.identifierTypes],
    state: sentinel.state,
    started_at: tx.now,
  });
}

/** One planting decision per service at a time. */
export async function lockSentinelsOf(tx: Tx, serviceKey: string): Promise<void> {
  await tx.query("lockSentinelsOfService", "select pg_advisory_xact_lock(hashtextextended('sentinels:' || $1, 0))", [serviceKey]);
}

/** Sentinels of these datasets that are still under way, or that were started at or after `since`. */
export async function findSentinels(tx: Tx, datasetIds: readonly number[], since: Date): Promise<Sentinel[]> {
  return tx.query<Sentinel>(
    "findSentinels",
    `select ${COLUMNS} from sentinels s where s.dataset_ids && $1::int[] and (s.started_at >= $2 or s.ended_at is null)`,
    [datasetIds, since],
  );
}

export async function lockSentinel(tx: Tx, id: string): Promise<Sentinel | undefined> {
  const rows = await tx.query<Sentinel>("lockSentinel", `select ${COLUMNS} from sentinels s where s.id = $1 for update`, [id]);
  return rows[0];
}

export async function findSentinelsByIds(reader: Pick<Tx, "query">, ids: readonly string[]): Promise<Sentinel[]> {
  return reader.query<Sentinel>("findSentinelsByIds", `select ${COLUMNS} from sentinels s where s.id = any($1::uuid[])`, [ids]);
}

/** Moves a sentinel on; `plantedIds` when the service has answered where it planted. */
export async function transitionSentinel(tx: Tx, id: string, state: SentinelState, plantedIds?: readonly number[]): Promise<void> {
  const ended = state === "REMOVED" || state === "FAILED";
  await tx.manager.update(SentinelRow, { id }, { state, ...(plantedIds ? { planted_ids: [...plantedIds] } : {}), ...(ended ? { ended_at: tx.now } : {}) });
}

/** Requests whose grade waits for the liveness of these datasets are looked at again. */
export async function wakeRequestsVerifying(tx: Tx, datasetIds: readonly number[]): Promise<void> {
  await tx.execute(
    "wakeRequestsVerifying",
    `update erasure_requests r set advance_at = least(coalesce(r.advance_at, $2), $2) where r.id in (
       select t.request_id from erasure_tasks t where t.dataset_id = any($1::int[]) and t.state = 'VERIFYING' order by t.request_id)`,
    [datasetIds, tx.now],
  );
}
