import type { Tx } from "../../platform/database/sql";
import type { OutcomePart, ProofGrade, TaskState } from "../model";
import type { PlannedGap, PlannedTask } from "../plan-model";
import type { StoredVerification } from "./task-queries";

/**
 * Writes a plan: new datasets become tasks, known ones learn their new identifier types, gaps are replaced, what left the plan leaves.
 * Where the person was found the task stays, with no identifier to ask by, so that its order fails and says so. Only before release.
 */
export async function replacePlan(tx: Tx, requestId: string, tasks: readonly PlannedTask[], gaps: readonly PlannedGap[]): Promise<void> {
  const rows = tasks.map((task) => ({ id: tx.ids.uuid(), dataset_id: task.datasetId, service_key: task.serviceKey, path: task.path, reason: task.reason, identifier_types: task.identifierTypes }));
  await tx.execute(
    "deleteUnplannedTasks",
    `delete from erasure_tasks t where t.request_id = $1 and t.state = 'WAITING' and t.dataset_id <> all($2::int[])
       and not exists (select from erasure_verifications v where v.task_id = t.id and v.answer <> 'NOT_FOUND')`,
    [requestId, tasks.map((task) => task.datasetId)],
  );
  await tx.execute(
    "strandUnplannedTasks",
    "update erasure_tasks t set identifier_types = '{}' where t.request_id = $1 and t.state = 'WAITING' and t.dataset_id <> all($2::int[])",
    [requestId, tasks.map((task) => task.datasetId)],
  );
  await tx.execute(
    "upsertPlannedTasks",
    `insert into erasure_tasks (id, request_id, dataset_id, service_key, state, path, reason, identifier_types)
     select p.id, $1, p.dataset_id, p.service_key, 'WAITING', p.path, p.reason, p.identifier_types
     from json_to_recordset($2::json) as p(id uuid, dataset_id int, service_key text, path text[], reason text, identifier_types text[])
     on conflict (request_id, dataset_id) do update
     set service_key = excluded.service_key, path = excluded.path, reason = excluded.reason, identifier_types = excluded.identifier_types`,
    [requestId, JSON.stringify(rows)],
  );
  await tx.execute("deletePlanGaps", "delete from erasure_gaps where request_id = $1 and reason <> 'TRUNCATED'", [requestId]);
  await insertGaps(tx, requestId, gaps);
}

export async function insertGaps(tx: Tx, requestId: string, gaps: readonly PlannedGap[]): Promise<void> {
  await tx.execute(
    "insertPlanGaps",
    `insert into erasure_gaps (request_id, place, reason, path)
     select $1, g.place, g.reason, g.path from json_to_recordset($2::json) as g(place text, reason text, path text[])
     on conflict do nothing`,
    [requestId, JSON.stringify(gaps)],
  );
}

/** Hands tasks to an erase order. */
export async function assignEraseOrder(tx: Tx, taskIds: readonly string[], orderId: string): Promise<void> {
  await tx.execute(
    "assignEraseOrder",
    `update erasure_tasks set state = 'READY', erase_order_id = $2, verify_order_id = null, answered_at = null, verified_at = null, last_error = null
     where id = any($1::uuid[])`,
    [taskIds, orderId],
  );
}

export interface AttemptChange {
  readonly orderId: string;
  readonly state: TaskState;
  readonly attempts: number;
  readonly error: string | null;
}

/** What the delivery of erase orders reports: claimed, accepted, failed. A task that was answered meanwhile is not touched. */
export async function recordEraseAttempts(tx: Tx, changes: readonly AttemptChange[]): Promise<void> {
  await tx.execute(
    "recordEraseAttempts",
    `update erasure_tasks t set state = c.state, attempts = c.attempts, last_error = coalesce(c.error, t.last_error)
     from json_to_recordset($1::json) as c("orderId" uuid, state text, attempts int, error text)
     where t.erase_order_id = c."orderId" and t.state in ('READY', 'IN_FLIGHT', 'ACCEPTED', 'DEAD_LETTER') and t.answered_at is null`,
    [JSON.stringify(changes)],
  );
}

/** What the delivery of verify orders reports. */
export async function recordVerifyAttempts(tx: Tx, changes: readonly Omit<AttemptChange, "attempts">[]): Promise<void> {
  await tx.execute(
    "recordVerifyAttempts",
    `update erasure_tasks t set state = c.state, last_error = coalesce(c.error, t.last_error)
     from json_to_recordset($1::json) as c("orderId" uuid, state text, error text)
     where t.verify_order_id = c."orderId" and t.state in ('ANSWERED', 'VERIFYING', 'DEAD_LETTER') and t.verified_at is null`,
    [JSON.stringify(changes)],
  );
}

/** The service's signed answer for these tasks is in; `verifyOrderId` null: the service cannot be asked to verify, the task ends unproven. */
export async function recordErased(
  tx: Tx,
  taskId: string,
  answer: { at: Date; verifyOrderId: string | null; backupsUntil: Date | null },
): Promise<void> {
  await tx.execute(
    "recordErasedTask",
    `update erasure_tasks set state = case when $3::uuid is null then 'DEAD_LETTER' else 'ANSWERED' end, grade = 'G1', answered_at = $2,
       verify_order_id = $3, verified_at = null, backups_until = $4, last_error = case when $3::uuid is null then 'KIND_NOT_TAKEN' end
     where id = $1`,
    [taskId, answer.at, answer.verifyOrderId, answer.backupsUntil],
  );
}

/** A verify answer is in; the grade follows when the liveness of the handler is known. */
export async function recordVerified(tx: Tx, taskId: string, at: Date): Promise<void> {
  await tx.execute("recordVerifiedTask", "update erasure_tasks set state = 'VERIFYING', verified_at = $2, last_error = null where id = $1", [taskId, at]);
}

export async function concludeTask(tx: Tx, taskId: string, grade: ProofGrade): Promise<void> {
  await tx.execute("concludeErasureTask", "update erasure_tasks set state = 'VERIFIED', grade = $2 where id = $1 and verified_at is not null", [taskId, grade]);
}

export async function recordRecall(tx: Tx, orderId: string, datasetId: number, outcome: string): Promise<void> {
  await tx.execute("recordTaskRecall", "update erasure_tasks set recall = $3 where erase_order_id = $1 and dataset_id = $2", [orderId, datasetId, outcome]);
}

export async function replaceParts(tx: Tx, taskId: string, parts: readonly OutcomePart[]): Promise<void> {
  await tx.execute("deleteTaskParts", "delete from erasure_task_parts where task_id = $1", [taskId]);
  await tx.execute(
    "insertTaskParts",
    `insert into erasure_task_parts (task_id, position, fields, record_class, outcome, count, rule, retained_until, retention_ref)
     select $1, p.position, p.fields, p."recordClass", p.outcome, p.count, p.rule, p.until, p."retentionRef"
     from json_to_recordset($2::json)
       as p(position int, fields text[], "recordClass" text, outcome text, count int, rule text, until timestamptz, "retentionRef" text)`,
    [taskId, JSON.stringify(parts.map((part, position) => ({ ...part, position })))],
  );
}

export async function insertVerification(tx: Tx, verification: StoredVerification & { readonly orderId: string }): Promise<void> {
  await tx.execute(
    "insertVerification",
    "insert into erasure_verifications (task_id, order_id, at, method, answer) values ($1, $2, $3, $4, $5) on conflict do nothing",
    [verification.taskId, verification.orderId, verification.at, verification.method, verification.answer],
  );
}
