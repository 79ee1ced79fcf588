import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { badInput, preconditionFailed } from "../../platform/errors";
import { isOpen } from "../model";
import { findNoticesByRequests, getRequest, type ErasureRequest } from "../storage/erasure-queries";
import { transitionRequest } from "../storage/request-store";
import { computeDeadline } from "./compute-deadline";
import { lockRequest } from "./lock-request";

/** The reasons that Art. 12(3) names: the requests are complex, or many. */
const EXTENSION_CODES = ["complexity", "number_of_requests"];

/**
 * Records the decision to take more time, with its reason. It counts once the person's EXTENSION notice, sent by the unextended due
 * date, is recorded too, in either order. Extending twice changes nothing.
 * Refuses: NOT_FOUND; BAD_USER_INPUT (code); PRECONDITION_FAILED (ended, or the unextended due date has passed).
 * Writes: the request, one audit entry.
 */
export async function extendErasureDeadline(deps: Deps, command: { actor: string; id: string; code: string }): Promise<ErasureRequest> {
  if (!EXTENSION_CODES.includes(command.code)) throw badInput(`code: expected one of ${EXTENSION_CODES.join(", ")}`);
  return deps.transaction(async (tx) => {
    const request = await lockRequest(tx, command.id);
    if (request.extendedAt !== null) return request;
    if (!isOpen(request.state)) throw preconditionFailed("id: this request has ended", request.id);
    if (tx.now > request.dueAt) throw preconditionFailed("id: the time in which an extension can be declared is over", request.id);
    const due = computeDeadline(tx, { ...request, extendedAt: tx.now }, await findNoticesByRequests(tx, [request.id])).due;
    await transitionRequest(tx, request.id, { extendedAt: tx.now, reasonCode: command.code, dueAt: due });
    await appendAuditEntry(tx, { action: "erasure.extend-erasure-deadline", actor: command.actor, object: request.id, subjects: [request.pid] });
    return getRequest(tx, request.id);
  });
}
