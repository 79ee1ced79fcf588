import { appendAuditEntry } from "../../audit";
import { addPeriod } from "../../platform/calendar";
import type { Deps } from "../../platform/deps";
import { conflict, forbidden, preconditionFailed, Refusal } from "../../platform/errors";
import { getRequest, countApprovalsSince, type ErasureRequest } from "../storage/erasure-queries";
import { transitionRequest } from "../storage/request-store";
import { lockRequest } from "./lock-request";

const HOUR_MS = 3_600_000;

/**
 * Approves the plan as it stands; the erasure starts when cooling-off is over. A plan that grows afterwards voids the approval.
 * Refuses: NOT_FOUND; FORBIDDEN (who submitted does not approve; principals are compared, not tokens); CONFLICT (approved already);
 * PRECONDITION_FAILED (not waiting for approval); RATE_LIMITED (more approvals within an hour than `CADASTRE_MASS_LIMIT`).
 * Writes: the request (COOLING_OFF), one audit entry.
 */
export async function approveErasureRequest(deps: Deps, command: { actor: string; id: string }): Promise<ErasureRequest> {
  return deps.transaction(async (tx) => {
    const request = await lockRequest(tx, command.id);
    if (request.submittedBy === command.actor) throw forbidden("id: another principal than the one who submitted it has to approve", request.id);
    if (request.approvedAt !== null) throw conflict("id: this request is approved already", request.id);
    if (request.state !== "AWAITING_APPROVAL") throw preconditionFailed("id: this request does not wait for approval", request.id);
    if ((await countApprovalsSince(tx, new Date(tx.now.getTime() - HOUR_MS))) >= deps.config.massLimit) {
      throw new Refusal("RATE_LIMITED", "too many approvals within an hour (CADASTRE_MASS_LIMIT): make sure that they are meant, then try again later");
    }
    const releasableAt = addPeriod(tx.now, deps.config.coolingOff);
    await transitionRequest(tx, request.id, { state: "COOLING_OFF", approvedBy: command.actor, approvedAt: tx.now, releasableAt, advanceAt: releasableAt });
    await appendAuditEntry(tx, { action: "erasure.approve-erasure-request", actor: command.actor, object: request.id, subjects: [request.pid] });
    return getRequest(tx, request.id);
  });
}
