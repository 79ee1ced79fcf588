import { type Claim, type OwnershipAssignment, sameClaim } from "./ownership-model";

export const TRANSFER_STATES = ["PROPOSED", "ACCEPTED", "DECLINED", "WITHDRAWN", "EFFECTIVE"] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];
export type TransferDecision = "ACCEPTED" | "DECLINED" | "WITHDRAWN";

/** The system of record of an entity changes hands: one principal proposes it, another accepts. */
export interface OwnershipTransfer {
  readonly id: string;
  readonly entityKey: string;
  readonly fromServiceKey: string;
  readonly toServiceKey: string;
  /** The assignment that ends, and when it held as far as was known at the proposal. */
  readonly assignmentId: string;
  readonly assignmentValidFrom: Date;
  readonly assignmentValidTo: Date | null;
  /** From when on the new service owns the entity; until it is accepted: at the earliest. */
  readonly effectiveAt: Date;
  /** As it is stored: EFFECTIVE comes with time alone (`transferState`). */
  readonly state: "PROPOSED" | TransferDecision;
  readonly proposedBy: string;
  readonly proposedAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly reason: string | null;
}

/** Something that the owner of an entity still owes; it stays with the entity when that changes hands. */
export interface Obligation {
  readonly id: string;
  readonly kind: string;
  /** Whom or what it is owed to: the id of an erasure request, for one. */
  readonly object: string;
  readonly since: Date;
}

/** Whether it has ended without a change of hands. */
export const isAbandoned = ({ state }: OwnershipTransfer): boolean => state === "DECLINED" || state === "WITHDRAWN";

export const transferState = ({ state, effectiveAt }: OwnershipTransfer, now: Date): TransferState =>
  state === "ACCEPTED" && effectiveAt <= now ? "EFFECTIVE" : state;

/** Callers' clocks may run a little behind ours. */
const TOLERATED_SKEW_MS = 300_000;

export const liesInThePast = (instant: Date, now: Date): boolean => instant.getTime() < now.getTime() - TOLERATED_SKEW_MS;

/**
 * When a transfer takes effect if it is recorded at `recordedAt`: at the instant named for it, but never before that. The past is
 * corrected, not transferred.
 */
export const effectiveFrom = (named: Date | null | undefined, recordedAt: Date): Date => (named && named > recordedAt ? named : recordedAt);

export const systemOfRecordAt = (assignments: readonly OwnershipAssignment[], at: Date): OwnershipAssignment | undefined =>
  assignments.find(({ role, validFrom, validTo }) => role === "SYSTEM_OF_RECORD" && validFrom <= at && (validTo === null || at < validTo));

/** Whether ownership is still what the proposer saw: the same assignment, of the same service, as long as then. */
export const isAsProposed = (transfer: OwnershipTransfer, owner: OwnershipAssignment): boolean =>
  owner.id === transfer.assignmentId && sameClaim(owner, cededClaim(transfer));

const cededClaim = ({ entityKey, fromServiceKey, assignmentValidFrom, assignmentValidTo }: OwnershipTransfer): Claim => ({
  entityKey, serviceKey: fromServiceKey, role: "SYSTEM_OF_RECORD", validFrom: assignmentValidFrom, validTo: assignmentValidTo,
});

/**
 * The former assignment, ending at `effectiveAt`, and its successor's, which lasts from then until the former would have ended. What one
 * held alone two now hold one after the other: no third can be their rival.
 */
export function handOver(
  former: OwnershipAssignment,
  successor: Pick<OwnershipAssignment, "id" | "serviceKey">,
  effectiveAt: Date,
  recordedAt: Date,
): [OwnershipAssignment, OwnershipAssignment] {
  return [
    { ...former, validTo: effectiveAt, recordedAt },
    { ...former, ...successor, validFrom: effectiveAt, recordedAt },
  ];
}
