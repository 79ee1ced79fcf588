import type { Deps } from "../../platform/deps";
import { badInput, preconditionFailed } from "../../platform/errors";
import { isOpen } from "../model";
import { findNoticesByRequests, getRequest, type ErasureRequest } from "../storage/erasure-queries";
import { transitionRequest } from "../storage/request-store";
import { computeDeadline } from "./compute-deadline";
import { lockRequest } from "./lock-request";
import { type Reason, recordDecision } from "./record-decision";

/** The reasons that Art. 12(3) names: the requests are complex, or many. */
const EXTENSION_CODES = ["complexity", "number_of_requests"];

/**
 * Records the decision to take more time, with its reason. It counts once the person's EXTENSION notice, sent by the unextended due
 * date, is recorded too, in either order. Extending twice changes nothing.
 * Refuses: NOT_FOUND; BAD_USER_INPUT (code); PRECONDITION_FAILED (ended, or the unextended due date has passed).
 * Writes: the request, the decision, one audit entry.
 */
export async function extendErasureDeadline(deps: Deps, command: Reason & { id: string }): Promise<ErasureRequest> {
  if (!EXTENSION_CODES.includes(command.code)) throw badInput(`code: expected one of ${EXTENSION_CODES.join(", ")}`);
  return deps.transaction(async (tx) => {
    const request = await lockRequest(tx, command.id);
    if (request.extendedAt !== null) return request;
    if (!isOpen(request.state)) throw preconditionFailed("id: this request has ended", request.id);
    if (tx.now > request.dueAt) throw preconditionFailed("id: the time in which an extension can be declared is over", request.id);
    const due = computeDeadline(tx, { ...request, extendedAt: tx.now }, await findNoticesByRequests(tx, [request.id])).due;
    await transitionRequest(tx, request.id, { extendedAt: tx.now, dueAt: due });
    await recordDecision(tx, "EXTEND", request, command);
    return getRequest(tx, request.id);
  });
}
