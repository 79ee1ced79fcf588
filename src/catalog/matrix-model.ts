import { nameUuid } from "../platform/ids";
import type { Finding, FindingKind } from "./finding-model";
import { OWNERSHIP_ROLES, type OwnershipAssignment, type OwnershipRole } from "./ownership-model";
import { entityId, serviceId } from "./public-ids";

/** When a matrix is asked about; null: now, and what is known now. */
export interface MatrixInstants {
  readonly asOf: Date | null;
  readonly knownAt: Date | null;
}

/** Conditions on the rows; all of them must hold. */
export interface MatrixFilter {
  /** One of these services has a role. */
  readonly serviceKeys?: readonly string[] | null;
  /** A service of one of these teams has a role. */
  readonly teams?: readonly string[] | null;
  readonly domain?: string | null;
  /** Of a field of one of the entity's datasets; narrower categories count. */
  readonly category?: string | null;
  /** A finding of one of these kinds. */
  readonly findings?: readonly FindingKind[] | null;
}

/** Of a row: without a system of record, with several writers, the rest. */
export const MATRIX_RANKS = ["ORPHAN", "CONFLICT", "REST"] as const;
export type MatrixRank = (typeof MATRIX_RANKS)[number];

export interface MatrixPosition {
  readonly rank: MatrixRank;
  readonly entityKey: string;
}

/** What one service is to an entity. */
export interface MatrixCell {
  readonly serviceKey: string;
  readonly roles: readonly OwnershipRole[];
}

/** The cells of an entity's assignments in force: the system of record first, then by the service's key. */
export function cellsOf(assignments: readonly Pick<OwnershipAssignment, "serviceKey" | "role">[]): MatrixCell[] {
  return [...new Set(assignments.map(({ serviceKey }) => serviceKey))]
    .map((serviceKey) => ({ serviceKey, roles: OWNERSHIP_ROLES.filter((role) => assignments.some((held) => held.serviceKey === serviceKey && held.role === role)) }))
    .sort((one, other) => Number(owns(other)) - Number(owns(one)) || (one.serviceKey < other.serviceKey ? -1 : 1));
}

const owns = ({ roles }: MatrixCell): boolean => roles[0] === "SYSTEM_OF_RECORD";

/** What is wrong with the ownership of an entity at some instants. */
export interface OwnershipFaults {
  /** Since when no service was its system of record; null: one is. */
  readonly ownerlessSince: Date | null;
  /** Keys of its writers, where there are several, and since when there are. */
  readonly writers: readonly string[];
  readonly writersSince: Date | null;
}

/** These follow from the assignments alone, so that they can be told for any instant. */
export const OWNERSHIP_KINDS: readonly FindingKind[] = ["NO_SYSTEM_OF_RECORD", "SEVERAL_WRITERS"];

/**
 * The findings of an entity at instants that were asked for: those of ownership as they were then, under the id that they have in the
 * register or else one made of their name; of the others, those that are open and were found by then.
 */
export function findingsThen(entityKey: string, open: readonly Finding[], { ownerlessSince, writers, writersSince }: OwnershipFaults, then: Date): Finding[] {
  const computed = (kind: FindingKind, since: Date, message: string): Finding => {
    const known = open.find((finding) => finding.kind === kind);
    return { ...(known ?? unstored(entityKey, kind)), since, message };
  };
  return [
    ...(ownerlessSince === null ? [] : [computed("NO_SYSTEM_OF_RECORD", ownerlessSince, "no service is its system of record")]),
    ...(writersSince === null ? [] : [computed("SEVERAL_WRITERS", writersSince, `${writers.length} services write it: ${writers.map(serviceId).join(", ")}`)]),
    ...open.filter(({ kind, since }) => !OWNERSHIP_KINDS.includes(kind) && since <= then),
  ];
}

const unstored = (entityKey: string, kind: FindingKind): Omit<Finding, "since" | "message"> => ({
  id: nameUuid(`${kind} ${entityId(entityKey)}`), kind, state: "OPEN", subject: entityId(entityKey), resolvedAt: null, acceptedBy: null, acceptedReason: null,
  acceptedUntil: null, suggestion: false, suggestedCategory: null, silencedBy: null,
});

/** The earlier of the instants asked for: what was found later is not known there. */
export const earliestOf = ({ asOf, knownAt }: MatrixInstants): Date | null =>
  asOf !== null && knownAt !== null ? (asOf < knownAt ? asOf : knownAt) : (asOf ?? knownAt);
