import { entityId, serviceId } from "./public-ids";
import type { Fault } from "./text-model";

export const OWNERSHIP_ROLES = ["SYSTEM_OF_RECORD", "WRITER", "READER", "REPLICA", "PROCESSOR", "RECIPIENT"] as const;
export type OwnershipRole = (typeof OWNERSHIP_ROLES)[number];

/** A half-open stretch of valid time, [validFrom, validTo); without an end while `validTo` is null. */
export interface Validity {
  readonly validFrom: Date;
  readonly validTo: Date | null;
}

/** What a service is to an entity, and when: the version known at some recorded instant. */
export interface OwnershipAssignment extends Validity {
  readonly id: string;
  readonly entityKey: string;
  readonly serviceKey: string;
  readonly role: OwnershipRole;
  readonly recordedAt: Date;
}

/** An assignment that does not stand in the register yet. */
export type Claim = Omit<OwnershipAssignment, "id" | "recordedAt">;

const endOf = ({ validTo }: Validity): number => validTo?.getTime() ?? Infinity;

const isEmpty = (stretch: Validity): boolean => endOf(stretch) <= stretch.validFrom.getTime();

/** Whether both hold at some instant. What ends as it begins never holds. */
export const overlaps = (one: Validity, other: Validity): boolean =>
  !isEmpty(one) && !isEmpty(other) && one.validFrom.getTime() < endOf(other) && other.validFrom.getTime() < endOf(one);

export const covers = (outer: Validity, inner: Validity): boolean =>
  outer.validFrom.getTime() <= inner.validFrom.getTime() && endOf(inner) <= endOf(outer);

export const sameClaim = (one: Claim, other: Claim): boolean =>
  sameHolder(one, other) && one.validFrom.getTime() === other.validFrom.getTime() && endOf(one) === endOf(other);

/** The same service in the same role towards the same entity. */
export const sameHolder = (one: Claim, other: Claim): boolean =>
  one.entityKey === other.entityKey && one.serviceKey === other.serviceKey && one.role === other.role;

/** The first of the entity's other current assignments with which this one cannot stand: a second system of record, or the same role twice. */
export const rivalOf = (claim: Claim & { readonly id?: string }, others: readonly OwnershipAssignment[]): OwnershipAssignment | undefined =>
  others.find(
    (other) =>
      other.id !== claim.id &&
      other.entityKey === claim.entityKey &&
      ((claim.role === "SYSTEM_OF_RECORD" && other.role === "SYSTEM_OF_RECORD") || sameHolder(claim, other)) &&
      overlaps(claim, other),
  );

/** What is wrong with a stretch of valid time that begins something, if anything. */
export const validityFaults = (stretch: Validity): Fault[] =>
  isEmpty(stretch) ? [{ path: ["validTo"], text: "must be later than validFrom: the interval ends before it begins" }] : [];

/** When an assignment ends if it ends now: one that begins later ends as it begins, and so never holds. */
export const endingNow = ({ validFrom }: Validity, now: Date): Date => (validFrom > now ? validFrom : now);

/** Recorded time never runs backwards for an entity, whatever clocks its writers have. */
export const recordedInstant = (now: Date, lastRecorded: Date | undefined): Date =>
  lastRecorded !== undefined && lastRecorded > now ? lastRecorded : now;

/** `entity:customer: service:crm is SYSTEM_OF_RECORD from 2026-01-01T00:00:00.000Z on` */
export const claimText = (claim: Claim): string => `${entityId(claim.entityKey)}: ${serviceId(claim.serviceKey)} is ${claim.role} ${validityText(claim)}`;

export const validityText = ({ validFrom, validTo }: Validity): string =>
  `from ${validFrom.toISOString()} ${validTo === null ? "on" : `until ${validTo.toISOString()}`}`;
