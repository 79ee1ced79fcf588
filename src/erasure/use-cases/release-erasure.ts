import { appendAuditEntry } from "../../audit";
import { enqueueOrders, type NewOrder } from "../../dispatch";
import type { Tx } from "../../platform/database/sql";
import { openIdentifiers } from "../../subjects";
import { findPlanningOrders } from "../storage/planning-order-store";
import type { ErasureRequest } from "../storage/erasure-queries";
import { transitionRequest } from "../storage/request-store";
import { insertSuppressions } from "../storage/suppression-store";
import { type ErasureTask, findTasksByRequests } from "../storage/task-queries";
import { assignEraseOrder, insertGaps } from "../storage/task-store";
import { SYSTEM } from "./system-actor";

/**
 * Lets an approved request go: first the suppression entries, then one `erase` order per service (and one for each
 * dataset that can no longer be asked, which fails by itself). The request is locked, its
 * approval stands, cooling-off is over and discovery is closed. Where a service never answered its `discover`, what it knows stays
 * unknown: a gap.
 * Writes: suppressions, tasks (READY), orders, the request (RUNNING), one audit entry.
 */
export async function releaseErasure(tx: Tx, request: ErasureRequest): Promise<void> {
  const identifiers = ((await openIdentifiers(tx, [request.pid])).get(request.pid) ?? []).filter((identifier) => identifier.status !== "QUARANTINED");
  const digests = identifiers.map(({ type, value }) => ({ type, blindIndex: tx.keyring.blindIndex(type, value) }));
  await insertSuppressions(tx, request.id, digests, tx.now);

  const tasks = await findTasksByRequests(tx, [request.id]);
  await recordUnheardServices(tx, request, tasks);
  const batches = [...groupByService(tasks).values()];
  const orders = batches.map(
    (batch): NewOrder => ({
      owner: "erasure",
      ownerRef: request.id,
      service: (batch[0] as ErasureTask).serviceKey,
      kind: "erase",
      datasets: batch.map((task) => task.datasetId),
      details: { step: "ERASE" },
      due: request.dueAt,
    }),
  );
  const ids = await enqueueOrders(tx, orders);
  for (const [at, batch] of batches.entries()) await assignEraseOrder(tx, batch.map((task) => task.id), ids[at] as string);
  await transitionRequest(tx, request.id, { state: "RUNNING", releasedAt: tx.now, advanceAt: tx.now });
  await appendAuditEntry(tx, { action: "erasure.release-erasure", actor: SYSTEM, object: request.id, subjects: [request.pid] });
}

function groupByService(tasks: readonly ErasureTask[]): Map<string, ErasureTask[]> {
  const groups = new Map<string, ErasureTask[]>();
  for (const task of tasks) {
    const key = task.identifierTypes.length > 0 ? task.serviceKey : `${task.serviceKey} ${task.datasetId}`;
    groups.set(key, [...(groups.get(key) ?? []), task]);
  }
  return groups;
}

async function recordUnheardServices(tx: Tx, request: ErasureRequest, tasks: readonly ErasureTask[]): Promise<void> {
  const unheard = new Set((await findPlanningOrders(tx, request.id)).filter((order) => order.step === "DISCOVER" && order.concluded !== "ANSWERED").map((order) => order.serviceKey));
  const gaps = tasks.filter((task) => unheard.has(task.serviceKey)).map((task) => ({ place: task.path.at(-1) as string, reason: "TRUNCATED" as const, path: task.path }));
  await insertGaps(tx, request.id, gaps);
}
