import { appendAuditEntry } from "../../audit";
import { findServices, planQueries, proofs } from "../../catalog";
import { enqueueOrders } from "../../dispatch";
import { addPeriod } from "../../platform/calendar";
import type { Tx } from "../../platform/database/sql";
import { upheldUntil } from "../../retention";
import { type Outcome, type OutcomePart } from "../model";
import type { ErasureRequest } from "../storage/erasure-queries";
import { type ErasureTask, findTasksByRequests } from "../storage/task-queries";
import { recordErased, replaceParts } from "../storage/task-store";
import { type AnsweredEvent, type AnsweredPart, answeredDatasets } from "./answered-datasets";
import { SYSTEM } from "./system-actor";

type Rules = Awaited<ReturnType<typeof planQueries.findDeclaredRules>>;

/**
 * Records a service's signed answer to an `erase` order and orders the verification that has to follow it after the configured wait.
 * What the service retains is recomputed from the rule it cites; where that gives another day, the part is DISPUTED.
 * Writes: parts, tasks (ANSWERED, G1), the verify order, one audit entry. A task that has moved on to another order is left alone.
 */
export async function recordErasure(tx: Tx, request: ErasureRequest, event: AnsweredEvent): Promise<void> {
  const { order, at } = event;
  const tasks = await tasksOfOrder(tx, request.id, order.id);
  if (tasks.length === 0) return;
  const answered = await answeredDatasets(tx, event);
  const endpoint = (await findServices(tx, [order.service])).get(order.service);
  const rules = await planQueries.findDeclaredRules(tx, [...answered.values()].flatMap((parts) => parts.flatMap((part) => part.retentionRule ?? [])));
  const verifyOrderId = endpoint?.kinds.includes("verify") ? await orderVerification(tx, request, event, tasks) : null;
  const backupsUntil = endpoint?.backupHorizon ? addPeriod(at, endpoint.backupHorizon) : null;
  for (const task of tasks) {
    const parts = (answered.get(task.datasetId) ?? []).map((part) => toOutcomePart(part, rules, at));
    await replaceParts(tx, task.id, parts);
    await recordErased(tx, task.id, { at, verifyOrderId, backupsUntil });
  }
  await proofs.record(tx, tasks.map((task) => ({ datasetId: task.datasetId, kind: "RECEIPT", at, by: order.service })));
  await appendAuditEntry(tx, { action: "erasure.record-receipt", actor: `service:${order.service}`, object: request.id, subjects: [request.pid] });
}

/** Delivery has given up regular attempts: the tasks are DEAD_LETTER and say why; the daily attempts may still revive them. */
export async function recordDeadErasure(tx: Tx, request: ErasureRequest, orderId: string, error: string | null): Promise<void> {
  const outcome: Outcome = error === "TIMEOUT" || error === "NETWORK" || error?.startsWith("HTTP_") ? "UNREACHABLE" : "FAILED";
  const part: OutcomePart = { fields: null, recordClass: null, outcome, count: null, rule: null, until: null, retentionRef: null };
  for (const task of await tasksOfOrder(tx, request.id, orderId)) await replaceParts(tx, task.id, [part]);
  await appendAuditEntry(tx, { action: "erasure.dead-letter", actor: SYSTEM, object: request.id, subjects: [request.pid] });
}

/** Tasks that still wait for this very order; a late answer to a superseded order moves nothing. */
async function tasksOfOrder(tx: Tx, requestId: string, orderId: string): Promise<ErasureTask[]> {
  const tasks = await findTasksByRequests(tx, [requestId]);
  return tasks.filter((task) => task.eraseOrderId === orderId && task.answeredAt === null);
}

async function orderVerification(tx: Tx, request: ErasureRequest, { order, at }: AnsweredEvent, tasks: readonly ErasureTask[]): Promise<string> {
  const [id] = await enqueueOrders(tx, [
    {
      owner: "erasure",
      ownerRef: request.id,
      service: order.service,
      kind: "verify",
      datasets: tasks.map((task) => task.datasetId),
      details: { step: "VERIFY_AFTER" },
      due: request.dueAt,
      sendAt: addPeriod(at, tx.config.verifyAfter),
    },
  ]);
  return id as string;
}

/** What is retained is stated with our own date, computed from the cited rule; what we cannot uphold is DISPUTED and has none. */
function toOutcomePart(part: AnsweredPart, rules: Rules, at: Date): OutcomePart {
  const until = upheldRetention(part, rules, at);
  const contradicts = part.outcome === "NOT_FOUND" && part.count > 0;
  const upheld = !contradicts && (part.outcome !== "RETAINED" || until !== undefined);
  return {
    fields: part.fields ?? null,
    recordClass: part.recordClass ?? null,
    outcome: upheld ? (part.outcome as Outcome) : "DISPUTED",
    count: part.count,
    rule: part.retentionRule ?? null,
    until: until ?? null,
    retentionRef: part.retentionRef ?? null,
  };
}

/** Until when a RETAINED part may be kept: as claimed, upheld by the declared rule that it cites, and not over yet. */
export function upheldRetention({ outcome, retentionRule, retentionStart, retainedUntil }: AnsweredPart, rules: Rules, at: Date): Date | undefined {
  if (outcome !== "RETAINED" || retentionRule === undefined || retentionStart === undefined || retainedUntil === undefined) return undefined;
  const until = upheldUntil(rules.get(retentionRule), { retentionStart, retainedUntil });
  return until !== undefined && until > at ? until : undefined;
}
