import { appendAuditEntry } from "../../audit";
import { planQueries, proofs } from "../../catalog";
import type { Tx } from "../../platform/database/sql";
import { contradict, presenceOf, type Presence } from "../model";
import type { ErasureRequest } from "../storage/erasure-queries";
import { type ErasureTask, findPartsByTasks, findTasksByRequests } from "../storage/task-queries";
import { insertVerification, recordVerified, replaceParts } from "../storage/task-store";
import { type AnsweredEvent, type AnsweredPart, answeredDatasets } from "./answered-datasets";
import { plantSentinel } from "./plant-sentinel";
import { upheldRetention } from "./record-erasure";

interface Looked {
  readonly task: ErasureTask;
  readonly presence: Presence;
}

/**
 * Records a signed `verify` answer. FOUND proves that the handler is alive. Before the erasure, a handler that did not find the person
 * is shown a sentinel; after it, FOUND, or something retained that was not accounted for, makes the task's claims DISPUTED.
 * Writes: verifications, parts, proofs, possibly a sentinel and its order, one audit entry.
 */
export async function recordVerification(tx: Tx, request: ErasureRequest, event: AnsweredEvent): Promise<void> {
  const before = event.order.details.step === "VERIFY_BEFORE";
  const answered = await answeredDatasets(tx, event);
  const rules = await planQueries.findDeclaredRules(tx, [...answered.values()].flatMap((parts) => parts.flatMap((part) => part.retentionRule ?? [])));
  const presence = (parts: readonly AnsweredPart[]): Presence =>
    presenceOf(parts.map((part) => (part.outcome === "RETAINED" && upheldRetention(part, rules, event.at) === undefined ? { ...part, outcome: "FOUND" } : part)));
  const looked = (await findTasksByRequests(tx, [request.id]))
    .filter((task) => (before ? answered.has(task.datasetId) : task.verifyOrderId === event.order.id && task.verifiedAt === null))
    .map((task): Looked => ({ task, presence: presence(answered.get(task.datasetId) ?? []) }));

  for (const { task, presence: answer } of looked) {
    const method = before ? "VERIFY_BEFORE" : "VERIFY_AFTER";
    await insertVerification(tx, { taskId: task.id, orderId: event.order.id, at: event.at, method, answer });
  }
  await proofs.record(tx, looked.flatMap(({ task, presence: answer }) => [
    { datasetId: task.datasetId, kind: "VERIFY", at: event.at, by: event.order.service },
    ...(answer === "FOUND" ? [{ datasetId: task.datasetId, kind: "LIVE" as const, at: event.at, by: event.order.service }] : []),
  ]));
  if (before) await plantSentinel(tx, event.order.service, looked.filter(({ presence: answer }) => answer !== "FOUND").map(({ task }) => task.datasetId), request.submittedAt);
  else await settle(tx, looked, event.at);
  await appendAuditEntry(tx, { action: "erasure.record-verification", actor: `service:${event.order.service}`, object: request.id, subjects: [request.pid] });
}

async function settle(tx: Tx, looked: readonly Looked[], at: Date): Promise<void> {
  const parts = await findPartsByTasks(tx, looked.map(({ task }) => task.id));
  for (const { task, presence } of looked) {
    await replaceParts(tx, task.id, contradict(parts.filter((part) => part.taskId === task.id), presence));
    await recordVerified(tx, task.id, at);
  }
}
