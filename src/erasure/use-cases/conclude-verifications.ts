import type { Tx } from "../../platform/database/sql";
import type { ErasureRequest } from "../storage/erasure-queries";
import { type ErasureTask, findTasksByRequests } from "../storage/task-queries";
import { concludeTask } from "../storage/task-store";
import { findLiveDatasets, plantSentinel } from "./plant-sentinel";

/**
 * Grades the tasks whose verify answer is in: G3 where the handler is proven live, else G2, but not before a sentinel that could
 * still prove it has come back. Writes: grades and VERIFIED, possibly a sentinel and its order.
 */
export async function concludeVerifications(tx: Tx, request: ErasureRequest): Promise<void> {
  const looked = (await findTasksByRequests(tx, [request.id])).filter((task) => task.state === "VERIFYING" && task.verifiedAt !== null);
  const live = await findLiveDatasets(tx, looked.map((task) => task.datasetId), tx.now);
  const awaited = await plantWhereUnproven(tx, request, looked.filter((task) => !live.has(task.datasetId)));
  for (const task of looked) {
    if (awaited.has(task.datasetId)) continue;
    await concludeTask(tx, task.id, live.has(task.datasetId) ? "G3" : "G2");
  }
}

/** Services in the order of their keys, so that two requests take the planting locks in the same order. */
async function plantWhereUnproven(tx: Tx, request: ErasureRequest, unproven: readonly ErasureTask[]): Promise<Set<number>> {
  const awaited = new Set<number>();
  for (const service of [...new Set(unproven.map((task) => task.serviceKey))].sort()) {
    const datasets = unproven.filter((task) => task.serviceKey === service).map((task) => task.datasetId);
    for (const id of await plantSentinel(tx, service, datasets, request.submittedAt)) awaited.add(id);
  }
  return awaited;
}
