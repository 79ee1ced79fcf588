import { appendAuditEntry } from "../../audit";
import { obligations } from "../../catalog";
import type { Deps } from "../../platform/deps";
import type { Tx } from "../../platform/database/sql";
import { badInput, preconditionFailed } from "../../platform/errors";
import type { NoticeKind } from "../model";
import { ErasureNoticeRow } from "../storage/erasure-rows";
import { findNoticesByRequests, getRequest, type ErasureRequest } from "../storage/erasure-queries";
import { transitionRequest } from "../storage/request-store";
import { refuseBeforeReceipt, refuseFuture } from "./check-instants";
import { computeDeadline } from "./compute-deadline";
import { forgetPerson } from "./forget-person";
import { lockRequest } from "./lock-request";
import { obligationOf } from "./plan-erasure";

export interface RecordSubjectNotice {
  readonly actor: string;
  readonly id: string;
  readonly kind: NoticeKind;
  readonly sentAt: Date;
  /** The way it was sent (`e-mail`, `letter`, `portal`), never an address. */
  readonly channel: string;
}

const CLOSING = ["COMPLETE", "COMPLETE_EXCEPT_RETAINED"];

/**
 * Records that the person was told something. COMPLETION closes a request whose result is complete, and the person is
 * forgotten (`forgetPerson`); a request is never closed otherwise.
 * An EXTENSION notice sent by the unextended due date lets a recorded extension count. Recording the same notice twice changes nothing.
 * Refuses: NOT_FOUND; BAD_USER_INPUT (sent in the future or before receipt, channel); PRECONDITION_FAILED (COMPLETION without a complete
 * result, REFUSAL without a rejection). Writes: the notice, the request, obligations, one audit entry; what `forgetPerson` writes.
 */
export async function recordSubjectNotice(deps: Deps, command: RecordSubjectNotice): Promise<ErasureRequest> {
  if (!/^[A-Za-z][A-Za-z0-9 _.-]{0,63}$/.test(command.channel)) throw badInput("channel: expected the way it was sent, such as letter; never an address");
  return deps.transaction(async (tx) => {
    const request = await lockRequest(tx, command.id);
    const notices = await findNoticesByRequests(tx, [request.id]);
    if (notices.some((notice) => isSame(notice, command))) return request;
    refuseFuture("sentAt", command.sentAt, tx.now);
    refuseBeforeReceipt("sentAt", command.sentAt, request.receivedAt);
    refuseUntimely(request, command.kind);
    await insertNotice(tx, command);
    const due = computeDeadline(tx, request, [...notices, command]).due;
    const closes = command.kind === "COMPLETION";
    await transitionRequest(tx, request.id, { dueAt: due, ...(closes ? { state: "CLOSED", closedAt: tx.now, advanceAt: null } : {}) });
    await appendAuditEntry(tx, { action: "erasure.record-subject-notice", actor: command.actor, object: request.id, subjects: [request.pid] });
    if (closes) {
      await obligations.close(tx, obligationOf(request));
      await forgetPerson(tx, request);
    }
    return getRequest(tx, request.id);
  });
}

const isSame = (notice: { kind: string; sentAt: Date; channel: string }, command: RecordSubjectNotice): boolean =>
  notice.kind === command.kind && notice.sentAt.getTime() === command.sentAt.getTime() && notice.channel === command.channel;

function refuseUntimely(request: ErasureRequest, kind: NoticeKind): void {
  const complete = request.state === "VERIFYING" && request.result !== null && CLOSING.includes(request.result);
  if (kind === "COMPLETION" && !complete) {
    throw preconditionFailed("kind: a completion can be told only when the request's result is COMPLETE or COMPLETE_EXCEPT_RETAINED", request.id);
  }
  if (kind === "REFUSAL" && request.state !== "REJECTED") throw preconditionFailed("kind: reject the request first", request.id);
}

async function insertNotice(tx: Tx, command: RecordSubjectNotice): Promise<void> {
  await tx.manager.insert(ErasureNoticeRow, {
    id: tx.ids.uuid(),
    request_id: command.id,
    kind: command.kind,
    sent_at: command.sentAt,
    channel: command.channel,
    recorded_at: tx.now,
    recorded_by: command.actor,
  });
}
