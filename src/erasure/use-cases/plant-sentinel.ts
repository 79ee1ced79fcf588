import { appendAuditEntry } from "../../audit";
import { findDatasets, findServices, proofs } from "../../catalog";
import { enqueueOrders } from "../../dispatch";
import type { Reader, Tx } from "../../platform/database/sql";
import { LIVENESS_DAYS } from "../model";
import { findSentinels, insertSentinel, lockSentinelsOf, type Sentinel } from "../storage/sentinel-store";
import { SYSTEM } from "./system-actor";

const NEEDED_KINDS = ["plant", "verify", "erase"];

/** Of these datasets, those whose verify handler answered FOUND within the last 30 days. */
export async function findLiveDatasets(reader: Reader, datasetIds: readonly number[], now: Date): Promise<Set<number>> {
  const since = now.getTime() - LIVENESS_DAYS * 86_400_000;
  const live = await proofs.findLiveSince(reader, [...datasetIds]);
  return new Set([...live].filter(([, at]) => at.getTime() >= since).map(([id]) => id));
}

/**
 * Plants a person who does not exist, once, in those of a service's datasets whose verify handler is not proven live, if the service
 * offers `plant`. Nothing happens where one is under way or was tried since `since`.
 * Answers the datasets for which a sentinel is still on its way. Writes: the sentinel, its order, one audit entry.
 */
export async function plantSentinel(tx: Tx, serviceKey: string, datasetIds: readonly number[], since: Date): Promise<Set<number>> {
  const live = await findLiveDatasets(tx, datasetIds, tx.now);
  const unproven = datasetIds.filter((id) => !live.has(id));
  const endpoint = (await findServices(tx, [serviceKey])).get(serviceKey);
  if (unproven.length === 0 || !NEEDED_KINDS.every((kind) => endpoint?.kinds.includes(kind))) return new Set();

  await lockSentinelsOf(tx, serviceKey);
  const sentinels = await findSentinels(tx, unproven, since);
  const tried = new Set(sentinels.flatMap((sentinel) => sentinel.datasetIds));
  const waiting = new Set(sentinels.flatMap(awaitedDatasets));
  const datasets = await findDatasets(tx, unproven.filter((id) => !tried.has(id)));
  const plantable = [...datasets.values()].filter((dataset) => dataset.identifierTypes.length > 0);
  if (plantable.length > 0) {
    const ids = plantable.map((dataset) => dataset.id);
    await startSentinel(tx, serviceKey, ids, [...new Set(plantable.flatMap((dataset) => dataset.identifierTypes))].sort());
    for (const id of ids) waiting.add(id);
  }
  return new Set(unproven.filter((id) => waiting.has(id)));
}

async function startSentinel(tx: Tx, serviceKey: string, datasetIds: number[], identifierTypes: string[]): Promise<void> {
  const id = tx.ids.uuid();
  await insertSentinel(tx, { id, serviceKey, datasetIds, identifierTypes, plantedIds: null, state: "PLANTING" });
  await enqueueOrders(tx, [{ owner: "sentinel", ownerRef: id, service: serviceKey, kind: "plant", datasets: datasetIds, details: { step: "PLANT" }, due: null }]);
  await appendAuditEntry(tx, { action: "erasure.plant-sentinel", actor: SYSTEM, object: `service:${serviceKey}` });
}

function awaitedDatasets({ state, datasetIds, plantedIds }: Sentinel): readonly number[] {
  if (state === "PLANTING") return datasetIds;
  return state === "LOOKING" ? (plantedIds ?? []) : [];
}
