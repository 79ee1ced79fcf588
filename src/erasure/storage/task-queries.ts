import type { Reader } from "../../platform/database/sql";
import type { OutcomePart, ProofGrade, TaskState } from "../model";
import type { PlannedGap } from "../plan-model";

export interface ErasureTask {
  readonly id: string;
  readonly requestId: string;
  readonly datasetId: number;
  readonly serviceKey: string;
  readonly state: TaskState;
  readonly path: readonly string[];
  readonly reason: string;
  readonly identifierTypes: readonly string[];
  readonly grade: ProofGrade;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly recall: string | null;
  readonly eraseOrderId: string | null;
  readonly verifyOrderId: string | null;
  readonly answeredAt: Date | null;
  readonly verifiedAt: Date | null;
  readonly backupsUntil: Date | null;
}

const TASK_COLUMNS = `
  t.id, t.request_id as "requestId", t.dataset_id as "datasetId", t.service_key as "serviceKey", t.state, t.path, t.reason,
  t.identifier_types as "identifierTypes", t.grade, t.attempts, t.last_error as "lastError", t.recall,
  t.erase_order_id as "eraseOrderId", t.verify_order_id as "verifyOrderId", t.answered_at as "answeredAt",
  t.verified_at as "verifiedAt", t.backups_until as "backupsUntil"`;

export async function findTasksByRequests(reader: Reader, requestIds: readonly string[]): Promise<ErasureTask[]> {
  return reader.query<ErasureTask>(
    "findErasureTasksByRequests",
    `select ${TASK_COLUMNS} from erasure_tasks t where t.request_id = any($1::uuid[]) order by t.request_id, t.id`,
    [requestIds],
  );
}

export async function findTasksByIds(reader: Reader, ids: readonly string[]): Promise<ErasureTask[]> {
  return reader.query<ErasureTask>("findErasureTasksByIds", `select ${TASK_COLUMNS} from erasure_tasks t where t.id = any($1::uuid[])`, [ids]);
}

export interface StoredGap extends PlannedGap {
  readonly requestId: string;
}

export async function findGapsByRequests(reader: Reader, requestIds: readonly string[]): Promise<StoredGap[]> {
  return reader.query<StoredGap>(
    "findErasureGapsByRequests",
    `select request_id as "requestId", place, reason, path from erasure_gaps
     where request_id = any($1::uuid[]) order by request_id, place, reason`,
    [requestIds],
  );
}

export interface StoredPart extends OutcomePart {
  readonly taskId: string;
}

export async function findPartsByTasks(reader: Reader, taskIds: readonly string[]): Promise<StoredPart[]> {
  return reader.query<StoredPart>(
    "findTaskPartsByTasks",
    `select task_id as "taskId", fields, record_class as "recordClass", outcome, count, rule, retained_until as until, retention_ref as "retentionRef"
     from erasure_task_parts where task_id = any($1::uuid[]) order by task_id, position`,
    [taskIds],
  );
}

export interface StoredVerification {
  readonly taskId: string;
  readonly at: Date;
  readonly method: string;
  readonly answer: string;
}

export async function findVerificationsByTasks(reader: Reader, taskIds: readonly string[]): Promise<StoredVerification[]> {
  return reader.query<StoredVerification>(
    "findVerificationsByTasks",
    `select task_id as "taskId", at, method, answer from erasure_verifications where task_id = any($1::uuid[]) order by task_id, at, order_id`,
    [taskIds],
  );
}
