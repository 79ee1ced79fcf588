import { appendAuditEntry } from "../../audit";
import { enqueueOrders, withdrawOrders } from "../../dispatch";
import type { Deps } from "../../platform/deps";
import { notFound, preconditionFailed } from "../../platform/errors";
import { isUuid } from "../../platform/ids";
import { isBeforeRelease, isFinalTask, isOpen } from "../model";
import { transitionRequest } from "../storage/request-store";
import { type ErasureTask, findTasksByIds, findTasksByRequests } from "../storage/task-queries";
import { assignEraseOrder } from "../storage/task-store";
import { lockRequest } from "./lock-request";

/**
 * Orders a finished task again: its whole order if that one is dead, so that the daily attempts end, else this dataset alone.
 * Refuses: NOT_FOUND; PRECONDITION_FAILED (the task is still under way, or its request is not).
 * Writes: a new order, the task (READY), one audit entry.
 */
export async function retryErasureTask(deps: Deps, command: { actor: string; id: string }): Promise<ErasureTask> {
  return deps.transaction(async (tx) => {
    const [found] = isUuid(command.id) ? await findTasksByIds(tx, [command.id]) : [];
    if (found === undefined) throw notFound("id: there is no erasure task with this id");
    const request = await lockRequest(tx, found.requestId);
    const tasks = await findTasksByRequests(tx, [request.id]);
    const task = tasks.find((candidate) => candidate.id === command.id) as ErasureTask;
    if (!isOpen(request.state) || isBeforeRelease(request.state)) throw preconditionFailed("id: the task's request is not running", request.id);
    if (!isFinalTask(task.state)) throw preconditionFailed("id: this task is still under way", request.id);

    const again = task.answeredAt === null ? tasks.filter((other) => other.eraseOrderId === task.eraseOrderId) : [task];
    if (task.answeredAt === null) await withdrawOrders(tx, { orderIds: [task.eraseOrderId as string] });
    const [orderId] = await enqueueOrders(tx, [
      { owner: "erasure", ownerRef: request.id, service: task.serviceKey, kind: "erase", datasets: again.map((other) => other.datasetId), details: { step: "ERASE" }, due: request.dueAt },
    ]);
    await assignEraseOrder(tx, again.map((other) => other.id), orderId as string);
    await transitionRequest(tx, request.id, { advanceAt: tx.now });
    await appendAuditEntry(tx, { action: "erasure.retry-erasure-task", actor: command.actor, object: task.id, subjects: [request.pid] });
    return (await findTasksByIds(tx, [task.id]))[0] as ErasureTask;
  });
}
