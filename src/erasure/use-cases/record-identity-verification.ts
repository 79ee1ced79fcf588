import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { preconditionFailed } from "../../platform/errors";
import { openIdentifiers } from "../../subjects";
import { findNoticesByRequests, getRequest, type ErasureRequest } from "../storage/erasure-queries";
import { transitionRequest } from "../storage/request-store";
import { refuseBeforeReceipt, refuseFuture } from "./check-instants";
import { computeDeadline } from "./compute-deadline";
import { linkDuplicate, lockPerson } from "./link-duplicate";
import { lockRequest } from "./lock-request";

export type IdentityEvent = "REQUESTED" | "VERIFIED" | "FAILED";

export interface RecordIdentityVerification {
  readonly actor: string;
  readonly id: string;
  readonly event: IdentityEvent;
  readonly at: Date;
}

/**
 * Records that proof of identity was asked for, arrived, or failed. VERIFIED lets a waiting request be planned (or links it to the open
 * request of the same person); REQUESTED starts the pause that some regimes tolerate; FAILED leaves the request waiting.
 * Refuses: NOT_FOUND; BAD_USER_INPUT (`at` in the future or before the request); PRECONDITION_FAILED (no longer waiting).
 * Writes: the request, one audit entry. A repetition of what is recorded already changes nothing.
 */
export async function recordIdentityVerification(deps: Deps, command: RecordIdentityVerification): Promise<ErasureRequest> {
  return deps.transaction(async (tx) => {
    const request = await lockRequest(tx, command.id);
    if (isRecorded(request, command)) return request;
    if (request.state !== "AWAITING_IDENTITY") throw preconditionFailed("id: this request does not wait for an identity", request.id);
    refuseFuture("at", command.at, tx.now);
    refuseBeforeReceipt("at", command.at, request.receivedAt);

    if (command.event === "REQUESTED") await transitionRequest(tx, request.id, { identityRequestedAt: command.at });
    if (command.event === "FAILED") await transitionRequest(tx, request.id, { identityFailedAt: command.at });
    if (command.event === "VERIFIED") {
      await transitionRequest(tx, request.id, { identityVerifiedAt: command.at, state: "RECEIVED", advanceAt: tx.now });
      const identifiers = (await openIdentifiers(tx, [request.pid])).get(request.pid) ?? [];
      await lockPerson(tx, identifiers);
      await linkDuplicate(tx, request, identifiers);
    }
    const changed = await getRequest(tx, request.id);
    await transitionRequest(tx, request.id, { dueAt: computeDeadline(tx, changed, await findNoticesByRequests(tx, [request.id])).due });
    await appendAuditEntry(tx, { action: "erasure.record-identity-verification", actor: command.actor, object: request.id, subjects: [request.pid] });
    return getRequest(tx, request.id);
  });
}

function isRecorded(request: ErasureRequest, { event, at }: RecordIdentityVerification): boolean {
  const recorded = { REQUESTED: request.identityRequestedAt, VERIFIED: request.identityVerifiedAt, FAILED: request.identityFailedAt };
  return recorded[event]?.getTime() === at.getTime();
}
