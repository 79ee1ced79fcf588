import { obligations } from "../../catalog";
import { checkDenialCode, recallOrders, suspendOrders, withdrawOrders } from "../../dispatch";
import type { Deps } from "../../platform/deps";
import type { Tx } from "../../platform/database/sql";
import { preconditionFailed } from "../../platform/errors";
import { isBeforeRelease, isOpen } from "../model";
import { getRequest, type ErasureRequest } from "../storage/erasure-queries";
import { transitionRequest } from "../storage/request-store";
import { liftSuppressions } from "../storage/suppression-store";
import { findPartsByTasks, findTasksByRequests } from "../storage/task-queries";
import { promoteFollowers } from "./link-duplicate";
import { lockRequest } from "./lock-request";
import { obligationOf } from "./plan-erasure";
import { type Reason, recordDecision } from "./record-decision";

/** `code`: a denial of the Data Rights Protocol. */
export interface EndErasureRequest extends Reason {
  readonly id: string;
}

/**
 * Refuses the person's request for a reason, before anything was released. The person has to be told (notice REFUSAL).
 * Refuses: NOT_FOUND; BAD_USER_INPUT (code); PRECONDITION_FAILED (released or ended). Rejecting twice changes nothing.
 * Writes: the request (REJECTED, REFUSED), its orders, obligations, the decision, one audit entry.
 */
export async function rejectErasureRequest(deps: Deps, command: EndErasureRequest): Promise<ErasureRequest> {
  checkDenialCode(command.code);
  return deps.transaction(async (tx) => {
    const request = await lockRequest(tx, command.id);
    if (request.state === "REJECTED") return request;
    if (!isBeforeRelease(request.state)) throw preconditionFailed("id: this request is past rejection; cancel it instead", request.id);
    await stopOrders(tx, request);
    await transitionRequest(tx, request.id, { state: "REJECTED", result: "REFUSED", advanceAt: null });
    await obligations.close(tx, obligationOf(request));
    await promoteFollowers(tx, request);
    await recordDecision(tx, "REJECT", request, command);
    return getRequest(tx, request.id);
  });
}

/**
 * Stops a request that is not finished: what no worker has claimed is never sent, what a service has accepted is recalled.
 * Data collected again is suppressed no longer if nothing was erased. Cancelling twice changes nothing.
 * Refuses: NOT_FOUND; BAD_USER_INPUT (code); PRECONDITION_FAILED (has a result, or ended).
 * Writes: the request (CANCELLED), its orders, recalls, suppressions, obligations, the decision, one audit entry.
 */
export async function cancelErasureRequest(deps: Deps, command: EndErasureRequest): Promise<ErasureRequest> {
  checkDenialCode(command.code);
  return deps.transaction(async (tx) => {
    const request = await lockRequest(tx, command.id);
    if (request.state === "CANCELLED") return request;
    if (!isOpen(request.state) || request.result !== null) throw preconditionFailed("id: this request is finished and cannot be cancelled", request.id);
    await stopOrders(tx, request);
    if (!(await hasErased(tx, request.id))) await liftSuppressions(tx, request.id);
    await transitionRequest(tx, request.id, { state: "CANCELLED", advanceAt: null });
    await obligations.close(tx, obligationOf(request));
    await promoteFollowers(tx, request);
    await recordDecision(tx, "CANCEL", request, command);
    return getRequest(tx, request.id);
  });
}

async function stopOrders(tx: Tx, request: ErasureRequest): Promise<void> {
  const { suspended, inFlight, accepted } = await suspendOrders(tx, { owner: "erasure", ownerRef: request.id });
  await withdrawOrders(tx, { orderIds: suspended });
  const erasing = new Set((await findTasksByRequests(tx, [request.id])).map((task) => task.eraseOrderId));
  await recallOrders(tx, [...inFlight, ...accepted].filter((orderId) => erasing.has(orderId)));
}

/** Whether anything may have been erased: a service said so, or was told to and has not answered. */
async function hasErased(tx: Tx, requestId: string): Promise<boolean> {
  const tasks = await findTasksByRequests(tx, [requestId]);
  const parts = await findPartsByTasks(tx, tasks.map((task) => task.id));
  return parts.some((part) => part.outcome !== "NOT_FOUND") || tasks.some((task) => task.attempts > 0 && task.answeredAt === null);
}
