import type { Tx } from "../../platform/database/sql";
import type { OwnershipAssignment } from "../ownership-model";

/**
 * Locks entities in the order of their keys, so that all who write assignments of one entity line up and nobody deadlocks.
 * Answers those that exist, by key. Read what they hold in a later statement: this one began before the lock was granted.
 */
export async function lockEntities(tx: Tx, keys: readonly string[]): Promise<Map<string, { readonly retired: boolean }>> {
  const rows = await tx.query<{ key: string; retired: boolean }>(
    "lockEntities",
    "select e.key, e.retired_at is not null as retired from entities e where e.key = any($1) order by e.key for no key update",
    [keys],
  );
  return new Map(rows.map(({ key, retired }) => [key, { retired }]));
}

/**
 * Records assignments as they are from `recordedAt` on: the current version of each is closed then, the next one opened. New ids begin with
 * version 1. Their entities must be locked. Writes ownership_assignments; two statements, however many there are.
 */
export async function recordAssignments(tx: Tx, assignments: readonly OwnershipAssignment[]): Promise<void> {
  if (assignments.length === 0) return;
  const versions = JSON.stringify(assignments);
  await tx.execute(
    "closeAssignmentVersions",
    `update ownership_assignments a set recorded_to = next."recordedAt"
     from json_to_recordset($1) as next (id uuid, "recordedAt" timestamptz)
     where a.id = next.id and a.recorded_to is null`,
    [versions],
  );
  await tx.execute(
    "openAssignmentVersions",
    `insert into ownership_assignments (id, version, entity_key, service_key, role, valid_from, valid_to, recorded_from)
     select next.id, 1 + coalesce((select max(a.version) from ownership_assignments a where a.id = next.id), 0),
       next."entityKey", next."serviceKey", next.role, next."validFrom", next."validTo", next."recordedAt"
     from json_to_recordset($1) as next (id uuid, "entityKey" text, "serviceKey" text, role text, "validFrom" timestamptz, "validTo" timestamptz,
       "recordedAt" timestamptz)`,
    [versions],
  );
}
