import type { Reader } from "../../platform/database/sql";
import { decodeTimeCursor, type Page, type PageRequest, checkPage, toPage } from "../../platform/database/keyset";
import { notFound } from "../../platform/errors";
import { isUuid } from "../../platform/ids";
import type { Capacity, ErasureResult, ErasureState, Regime } from "../model";

/** A person's request as stored; times are instants, `advanceAt` null means that only an event can move it. */
export interface ErasureRequest {
  readonly id: string;
  readonly pid: string;
  readonly state: ErasureState;
  readonly result: ErasureResult | null;
  readonly externalRef: string | null;
  readonly regime: Regime;
  readonly ground: string | null;
  readonly capacity: Capacity;
  readonly receivedAt: Date;
  readonly submittedAt: Date;
  readonly submittedBy: string;
  readonly identityRequestedAt: Date | null;
  readonly identityVerifiedAt: Date | null;
  readonly identityFailedAt: Date | null;
  readonly extendedAt: Date | null;
  readonly dueAt: Date;
  readonly linkedTo: string | null;
  readonly planVersion: number;
  readonly plannedIdentifiers: readonly string[];
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
  readonly releasableAt: Date | null;
  readonly releasedAt: Date | null;
  readonly certificateId: string | null;
  readonly replan: boolean;
  readonly revision: number;
}

/** Column list that reads as an `ErasureRequest`. */
export const REQUEST_COLUMNS = `
  r.id, r.pid, r.state, r.result, r.external_ref as "externalRef", r.regime, r.ground, r.capacity,
  r.received_at as "receivedAt", r.submitted_at as "submittedAt", r.submitted_by as "submittedBy",
  r.identity_requested_at as "identityRequestedAt", r.identity_verified_at as "identityVerifiedAt",
  r.identity_failed_at as "identityFailedAt", r.extended_at as "extendedAt", r.due_at as "dueAt", r.linked_to as "linkedTo", r.plan_version as "planVersion",
  r.planned_identifiers as "plannedIdentifiers", r.approved_by as "approvedBy",
  r.approved_at as "approvedAt", r.releasable_at as "releasableAt", r.released_at as "releasedAt",
  r.certificate_id as "certificateId", r.replan, r.revision`;

export async function findRequestsByIds(reader: Reader, ids: readonly string[]): Promise<ErasureRequest[]> {
  return reader.query<ErasureRequest>(
    "findErasureRequestsByIds",
    `select ${REQUEST_COLUMNS} from erasure_requests r where r.id = any($1::uuid[])`,
    [ids.filter(isUuid)],
  );
}

/** Refuses (NOT_FOUND) an id that is none of ours. */
export async function getRequest(reader: Reader, id: string): Promise<ErasureRequest> {
  const [request] = await findRequestsByIds(reader, [id]);
  if (request === undefined) throw notFound("id: there is no erasure request with this id");
  return request;
}

export async function findRequestByExternalRef(reader: Reader, externalRef: string): Promise<ErasureRequest | undefined> {
  const rows = await reader.query<ErasureRequest>(
    "findErasureRequestByExternalRef",
    `select ${REQUEST_COLUMNS} from erasure_requests r where r.external_ref = $1`,
    [externalRef],
  );
  return rows[0];
}

export interface RequestFilter {
  readonly states?: readonly ErasureState[] | null;
  readonly dueBefore?: Date | null;
  readonly service?: string | null;
}

/** Newest first. */
export async function listRequests(reader: Reader, filter: RequestFilter, page: PageRequest): Promise<Page<ErasureRequest>> {
  checkPage(page);
  const after = decodeTimeCursor(page.after);
  const rows = await reader.query<ErasureRequest>(
    "listErasureRequests",
    `select ${REQUEST_COLUMNS} from erasure_requests r
     where ($1::text[] is null or r.state = any($1)) and ($2::timestamptz is null or r.due_at < $2)
       and ($3::text is null or exists (select from erasure_tasks t where t.request_id = r.id and t.service_key = $3))
       and ($4::timestamptz is null or (r.submitted_at, r.id) < ($4, $5::uuid))
     order by r.submitted_at desc, r.id desc limit $6`,
    [filter.states ?? null, filter.dueBefore ?? null, filter.service ?? null, after?.at ?? null, after?.id ?? null, page.first + 1],
  );
  return toPage(rows, page.first, (request) => [request.submittedAt.toISOString(), request.id]);
}

export interface StoredNotice {
  readonly requestId: string;
  readonly kind: string;
  readonly sentAt: Date;
  readonly channel: string;
}

export async function findNoticesByRequests(reader: Reader, requestIds: readonly string[]): Promise<StoredNotice[]> {
  return reader.query<StoredNotice>(
    "findErasureNoticesByRequests",
    `select request_id as "requestId", kind, sent_at as "sentAt", channel from erasure_notices
     where request_id = any($1::uuid[]) order by request_id, sent_at, id`,
    [requestIds],
  );
}

export async function findRequestByPid(reader: Reader, pid: string): Promise<ErasureRequest | undefined> {
  const rows = await reader.query<ErasureRequest>("findErasureRequestByPid", `select ${REQUEST_COLUMNS} from erasure_requests r where r.pid = $1`, [pid]);
  return rows[0];
}

/** Requests that are due to be looked at, earliest first; another worker's are skipped by their locks later on. */
export async function listRequestsToAdvance(reader: Reader, now: Date, limit: number): Promise<string[]> {
  const rows = await reader.query<{ id: string }>(
    "listRequestsToAdvance",
    "select id from erasure_requests where advance_at <= $1 order by advance_at limit $2",
    [now, limit],
  );
  return rows.map((row) => row.id);
}

/** Open, verified, unlinked requests of one of these pids, oldest first: what a duplicate is linked to. */
export async function findOpenVerifiedByPids(reader: Reader, pids: readonly string[], except: string): Promise<ErasureRequest[]> {
  return reader.query<ErasureRequest>(
    "findOpenVerifiedRequestsByPids",
    `select ${REQUEST_COLUMNS} from erasure_requests r
     where r.pid = any($1::uuid[]) and r.id <> $2 and r.identity_verified_at is not null and r.linked_to is null
       and r.state not in ('CLOSED', 'REJECTED', 'CANCELLED') and r.result is null
     order by r.submitted_at, r.id`,
    [pids, except],
  );
}

export async function countApprovalsSince(reader: Reader, since: Date): Promise<number> {
  const rows = await reader.query<{ count: number }>(
    "countErasureApprovalsSince",
    "select count(*)::int as count from erasure_requests where approved_at > $1",
    [since],
  );
  return rows[0]?.count ?? 0;
}
