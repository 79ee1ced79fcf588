import { appendAuditEntry } from "../../audit";
import { obligations } from "../../catalog";
import type { Deps } from "../../platform/deps";
import type { Tx } from "../../platform/database/sql";
import { addPeriod } from "../../platform/calendar";
import { isFinalTask } from "../model";
import { findPlanningOrders } from "../storage/planning-order-store";
import type { ErasureRequest } from "../storage/erasure-queries";
import { claimRequestToAdvance, transitionRequest } from "../storage/request-store";
import { findTasksByRequests } from "../storage/task-queries";
import { insertGaps } from "../storage/task-store";
import { concludeVerifications } from "./conclude-verifications";
import { issueCertificate } from "./issue-certificate";
import { settleFollowers } from "./link-duplicate";
import { drawErasurePlan, obligationOf, planErasure } from "./plan-erasure";
import { releaseErasure } from "./release-erasure";
import { SYSTEM } from "./system-actor";

/**
 * Takes a request one step further, if it is due and no other worker has it: the state alone says which step, so that a worker that
 * dies here leaves nothing behind and the next one starts where it stood.
 *
 *   RECEIVED ─plan→ PLANNED ─tried→ AWAITING_APPROVAL ─approve→ COOLING_OFF ─release→ RUNNING ─answered→ VERIFYING ─notice→ CLOSED
 *                     ↑________________ growth voids the approval ________|
 *
 * Each step is one transaction with its audit entry.
 */
export async function advanceErasure(deps: Deps, requestId: string): Promise<boolean> {
  return deps.transaction(async (tx) => {
    const request = await claimRequestToAdvance(tx, requestId);
    if (request === undefined) return false;
    await transitionRequest(tx, request.id, { advanceAt: null });
    await step(tx, request);
    return true;
  });
}

async function step(tx: Tx, request: ErasureRequest): Promise<void> {
  if (request.linkedTo !== null) return;
  switch (request.state) {
    case "RECEIVED":
      await planErasure(tx, request);
      return;
    case "PLANNED":
    case "AWAITING_APPROVAL":
      return stepPlanned(tx, request);
    case "COOLING_OFF":
      return stepCoolingOff(tx, request);
    case "RUNNING":
    case "VERIFYING":
    case "REOPENED":
      return stepRunning(tx, request);
    default:
  }
}

/** A person is asked to approve once every planning order has been answered, or has at least failed once and is being retried. */
async function stepPlanned(tx: Tx, request: ErasureRequest): Promise<void> {
  if (request.replan) return void (await planErasure(tx, request));
  if (request.state === "AWAITING_APPROVAL") return;
  const orders = await findPlanningOrders(tx, request.id);
  if (!orders.every((order) => order.tried)) return;
  if (tx.config.approval === "none") {
    const approval = { approvedBy: "policy:none", approvedAt: tx.now, releasableAt: addPeriod(tx.now, tx.config.coolingOff) };
    await transitionRequest(tx, request.id, { state: "COOLING_OFF", ...approval, advanceAt: approval.releasableAt });
  } else {
    await transitionRequest(tx, request.id, { state: "AWAITING_APPROVAL" });
  }
  const action = tx.config.approval === "none" ? "erasure.approve-erasure-request" : "erasure.await-approval";
  await appendAuditEntry(tx, { action, actor: SYSTEM, object: request.id, subjects: [request.pid] });
}

/** Nothing is destroyed before cooling-off is over and discovery has closed; a plan that has grown meanwhile goes back for approval. */
async function stepCoolingOff(tx: Tx, request: ErasureRequest): Promise<void> {
  if (request.replan) return void (await planErasure(tx, request));
  const releasableAt = request.releasableAt as Date;
  if (tx.now < releasableAt) return transitionRequest(tx, request.id, { advanceAt: releasableAt });
  const discovering = (await findPlanningOrders(tx, request.id)).some((order) => order.step !== "VERIFY_BEFORE" && order.concluded === null);
  if (discovering) return;
  if (await planErasure(tx, request)) return;
  await releaseErasure(tx, request);
}

/** Grades what was verified, certifies when nothing is left to wait for. */
async function stepRunning(tx: Tx, request: ErasureRequest): Promise<void> {
  await concludeVerifications(tx, request);
  const tasks = await findTasksByRequests(tx, [request.id]);
  const verifying = tasks.every((task) => task.answeredAt !== null || isFinalTask(task.state));
  if (verifying && request.state === "RUNNING") await transitionRequest(tx, request.id, { state: "VERIFYING" });
  if (!tasks.every((task) => isFinalTask(task.state))) return;
  await recordLateJoiners(tx, request, new Map(tasks.map((task) => [task.datasetId, task.serviceKey])));
  await issueCertificate(tx, request, { requestId: request.id, tasks });
  await settleFollowers(tx, request, tasks);
}

/** A dataset that came into reach after release, or that moved to another service, was asked nothing there: a gap, and no COMPLETE. */
async function recordLateJoiners(tx: Tx, request: ErasureRequest, asked: ReadonlyMap<number, string>): Promise<void> {
  const plan = await drawErasurePlan(tx, request.pid);
  const late = plan.tasks.filter((task) => asked.get(task.datasetId) !== task.serviceKey);
  const gaps = late.map((task) => ({ place: task.path.at(-1) as string, reason: "TRUNCATED" as const, path: task.path }));
  await insertGaps(tx, request.id, [...plan.gaps, ...gaps]);
  await obligations.open(tx, { ...obligationOf(request), entityKeys: plan.entityKeys });
}
