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

/** 0: without a system of record; 1: with several writers; 2: the rest. */
export const MATRIX_RANKS = [0, 1, 2] as const;
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

/** The cells of an entity's assignments in force: the system of record first, then by key. */
export function cellsOf(assignments: readonly Pick<OwnershipAssignment, "serviceKey" | "role">[]): MatrixCell[] {
  const rolesOf = Map.groupBy(assignments, ({ serviceKey }) => serviceKey);
  return [...rolesOf]
    .map(([serviceKey, held]) => ({ serviceKey, roles: OWNERSHIP_ROLES.filter((role) => held.some((assignment) => assignment.role === role)) }))
    .sort((one, other) => Number(owns(other)) - Number(owns(one)) || (one.serviceKey < other.serviceKey ? -1 : 1));
}

const owns = ({ roles }: MatrixCell): boolean => roles[0] === "SYSTEM_OF_RECORD";
