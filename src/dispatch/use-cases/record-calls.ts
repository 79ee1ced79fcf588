import { appendAuditEntry } from "../../audit";
import { serviceId } from "../../catalog";
import type { Deps } from "../../platform/deps";
import type { Tx } from "../../platform/database/sql";
import { afterCalls } from "../breaker-model";
import { afterAcceptance, afterFailure, deathBy, type Progress, stateOf } from "../delivery-model";
import type { OrderEvent, OrderRecord } from "../model";
import { notifyOwners, type OrderOwners } from "../order-owner";
import { type ContinuedOrder, continueOrders, lockLive } from "../storage/attempt-store";
import { lockEndpointHealth, saveEndpointHealth, stopEndpoint } from "../storage/endpoint-store";
import { isGone, type Verdict } from "../verdict-model";
import { finishAnswered } from "./finish-answered";

/** A call that has ended; the order as it was claimed for it. */
export interface FinishedCall {
  readonly order: OrderRecord;
  readonly verdict: Verdict;
}

/**
 * Records what calls came to, all in one transaction; those whose order was claimed anew meanwhile, or has its answer by another way,
 * change nothing. Where an owner refuses to hear of one, each is recorded by itself; the refused one comes again when its lease has run out.
 * Writes: orders, queue, receipts, what owners make of it; 410 stops the endpoint (GONE), with an audit entry; then the endpoints' health.
 */
export async function recordCalls(deps: Deps, owners: OrderOwners, calls: readonly FinishedCall[]): Promise<void> {
  try {
    const live = await recordTogether(deps, owners, calls);
    await recordHealth(deps, live);
  } catch (error) {
    deps.log.error({ err: error, calls: calls.length, order: calls[0]?.order.id }, "calls could not be recorded");
    if (calls.length > 1) for (const call of calls) await recordCalls(deps, owners, [call]);
  }
}

/** Answers those that counted. */
function recordTogether(deps: Deps, owners: OrderOwners, calls: readonly FinishedCall[]): Promise<readonly FinishedCall[]> {
  return deps.transaction(async (tx) => {
    const live = await lockLive(tx, calls);
    const answered = live.flatMap(({ order, verdict }) => (verdict.type === "ANSWERED" ? [{ order, ...verdict }] : []));
    const others = live.flatMap(({ order, verdict, before }) => (verdict.type === "ANSWERED" ? [] : [step(tx, order, verdict, before)]));
    await finishAnswered(tx, answered);
    await continueOrders(tx, others.map((other) => other.continued));
    await notifyOwners(tx, owners, [
      ...answered.map(({ order, answer }): OrderEvent => ({ type: "ANSWERED", order: { ...order, state: "ANSWERED" }, at: tx.now, answer })),
      ...others.map((other) => other.event),
    ]);
    await stopGone(tx, new Set(live.flatMap(({ order, verdict }) => (verdict.type === "FAILED" && isGone(verdict) ? [order.service] : []))));
    return live;
  });
}

/** One step of an order that goes on, and what its owner hears of it. */
function step(tx: Tx, order: OrderRecord, verdict: Exclude<Verdict, { type: "ANSWERED" }>, before: Progress): { continued: ContinuedOrder; event: OrderEvent } {
  const at = tx.now;
  if (verdict.type === "ACCEPTED") {
    const continued = { orderId: order.id, next: afterAcceptance(before, at, tx.ids.fraction()), state: "ACCEPTED", lastError: null, deadReason: null } as const;
    return { continued, event: { type: "ACCEPTED", order: { ...order, state: "ACCEPTED" }, at } };
  }
  const { error } = verdict;
  const gone = isGone(verdict);
  const next = afterFailure(before, { gone, retryAfter: verdict.retryAfter }, at, tx.ids.fraction());
  const state = stateOf(next);
  const reason = deathBy(before, next, gone);
  const continued = { orderId: order.id, next, state, lastError: error, deadReason: reason ?? null };
  const after = { order: { ...order, state }, at, error };
  return { continued, event: reason ? { ...after, type: "DEAD", reason } : { ...after, type: "FAILED_ATTEMPT", attempt: order.attempt } };
}

/**
 * In a transaction of its own, because claims lock endpoints first and what owners keep of an order last, and records would lock them the
 * other way round. A crash in between costs a few counts.
 */
async function recordHealth(deps: Deps, calls: readonly FinishedCall[]): Promise<void> {
  if (calls.length === 0) return;
  await deps.transaction(async (tx) => {
    const healths = await lockEndpointHealth(tx, [...new Set(calls.map((call) => call.order.service))]);
    for (const [service, health] of healths) {
      const results = calls
        .filter((call) => call.order.service === service)
        .map(({ verdict }) => ({ failed: verdict.type === "FAILED", retryAfter: verdict.type === "FAILED" ? verdict.retryAfter : null }));
      healths.set(service, afterCalls(health, results, tx.now));
    }
    await saveEndpointHealth(tx, healths);
  });
}

/** The service itself is the actor: it said so. */
async function stopGone(tx: Tx, services: ReadonlySet<string>): Promise<void> {
  for (const service of services) {
    if (!(await stopEndpoint(tx, service, "GONE"))) continue;
    await appendAuditEntry(tx, { action: "erasure.stop-service", actor: serviceId(service), object: serviceId(service) });
  }
}
