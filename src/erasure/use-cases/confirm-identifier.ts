import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { forbidden, notFound, preconditionFailed } from "../../platform/errors";
import { isUuid } from "../../platform/ids";
import { confirmIdentifier as confirmSealed, findIdentifier } from "../../subjects";
import { isBeforeRelease } from "../model";
import { findRequestByPid, getRequest, type ErasureRequest } from "../storage/erasure-queries";
import { transitionRequest } from "../storage/request-store";
import { lockRequest } from "./lock-request";

/**
 * Lets a quarantined identifier be used: a second principal vouches for it. The plan grows, which voids an approval.
 * Refuses: NOT_FOUND; FORBIDDEN (who submitted does not vouch); PRECONDITION_FAILED (released already). Confirming twice changes nothing.
 * Writes: the identifier (CONFIRMED), the request, one audit entry.
 */
export async function confirmIdentifier(deps: Deps, command: { actor: string; id: string }): Promise<ErasureRequest> {
  return deps.transaction(async (tx) => {
    const identifier = isUuid(command.id) ? await findIdentifier(tx, command.id) : undefined;
    const found = identifier && (await findRequestByPid(tx, identifier.pid));
    if (!identifier || !found) throw notFound("id: there is no quarantined identifier with this id");
    const request = await lockRequest(tx, found.id);
    if (request.submittedBy === command.actor) throw forbidden("id: another principal than the one who submitted the request has to confirm", request.id);
    if (identifier.status !== "QUARANTINED") return request;
    if (!isBeforeRelease(request.state)) throw preconditionFailed("id: the request was released without this identifier; submit a new one", request.id);
    await confirmSealed(tx, identifier.id);
    await transitionRequest(tx, request.id, { replan: true, advanceAt: tx.now });
    await appendAuditEntry(tx, { action: "erasure.confirm-identifier", actor: command.actor, object: request.id, subjects: [request.pid] });
    return getRequest(tx, request.id);
  });
}
