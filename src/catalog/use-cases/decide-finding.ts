import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { badInput, notFound, preconditionFailed } from "../../platform/errors";
import { isUuid } from "../../platform/ids";
import { acceptanceFaults, type Finding, type FindingState } from "../finding-model";
import { findFinding } from "../storage/finding-queries";
import { lockFinding, writeAcceptance } from "../storage/finding-store";
import { refusalOf } from "../text-model";

export interface DecideFinding {
  readonly actor: string;
  readonly id: string;
  /** ACCEPTED takes it as it is, OPEN takes that back. */
  readonly state: FindingState;
  /** Why, and until when at most; with ACCEPTED only, and both are mandatory there. */
  readonly reason?: string | null;
  readonly expiresAt?: Date | null;
}

/**
 * Takes a finding as it is for a while, or takes that back; it stays on record either way, and from the end on it is open again.
 * Refuses (BAD_USER_INPUT) an acceptance without reason or end and an end that has passed or is more than 366 days away, (NOT_FOUND) an
 * unknown id, (PRECONDITION_FAILED) to resolve, and a finding that is resolved: that follows from the register alone.
 * A no-op where it stands so. Writes: findings, one audit entry.
 */
export async function decideFinding(deps: Deps, { actor, id, state, reason, expiresAt }: DecideFinding): Promise<Finding> {
  const acceptance = state === "ACCEPTED" ? { reason: reason ?? "", until: expiresAt ?? undefined } : undefined;
  if (acceptance === undefined && (reason || expiresAt)) throw badInput("reason, expiresAt: belong to the state ACCEPTED");
  const faults = acceptance === undefined ? [] : acceptanceFaults(acceptance, deps.clock.now());
  if (faults.length > 0) throw refusalOf(faults);
  return deps.transaction(async (tx) => {
    if (!isUuid(id) || !(await lockFinding(tx, id))) throw notFound("id: no such finding");
    const finding = (await findFinding(tx, id))!;
    if (state === "RESOLVED") throw preconditionFailed("state: a finding is resolved by the register when it is no longer true", id);
    if (finding.state === "RESOLVED") throw preconditionFailed("id: the finding is resolved; nothing is left to decide", id);
    const stands =
      finding.state === state &&
      (acceptance === undefined || (finding.acceptedReason === acceptance.reason && finding.acceptedUntil?.getTime() === acceptance.until?.getTime()));
    if (stands) return finding;
    await writeAcceptance(tx, id, acceptance === undefined ? null : { reason: acceptance.reason, until: acceptance.until!, actor });
    await appendAuditEntry(tx, { action: "catalog.decide-finding", actor, object: id });
    return (await findFinding(tx, id))!;
  });
}
