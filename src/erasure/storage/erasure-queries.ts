import type { Reader } from "../../platform/database/sql";
import { decodeCursor, type Page, type PageRequest, checkPage, toPage } from "../../platform/database/keyset";
import { notFound } from "../../platform/errors";
import { isUuid } from "../../platform/ids";
import type { ErasureState } from "../model";
import { type ErasureRequest, REQUEST_COLUMNS } from "./request-store";

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
  const after = decodeCursor(page.after, 2);
  const rows = await reader.query<ErasureRequest>(
    "listErasureRequests",
    `select ${REQUEST_COLUMNS} from erasure_requests r
     where ($1::text[] is null or r.state = any($1)) and ($2::timestamptz is null or r.due_at < $2)
       and ($3::text is null or exists (select from erasure_tasks t where t.request_id = r.id and t.service_key = $3))
       and ($4::timestamptz is null or (r.submitted_at, r.id) < ($4, $5::uuid))
     order by r.submitted_at desc, r.id desc limit $6`,
    [filter.states ?? null, filter.dueBefore ?? null, filter.service ?? null, after?.[0] ?? null, after?.[1] ?? null, page.first + 1],
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

/** The revision of each of these requests: it grows with everything that a watcher may want to see. */
export async function findRevisions(reader: Reader, requestIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await reader.query<{ id: string; revision: number }>(
    "findErasureRevisions",
    "select id, revision from erasure_requests where id = any($1::uuid[])",
    [requestIds],
  );
  return new Map(rows.map((row) => [row.id, row.revision]));
}

export async function findRequestByPid(reader: Reader, pid: string): Promise<ErasureRequest | undefined> {
  const rows = await reader.query<ErasureRequest>("findErasureRequestByPid", `select ${REQUEST_COLUMNS} from erasure_requests r where r.pid = $1`, [pid]);
  return rows[0];
}
