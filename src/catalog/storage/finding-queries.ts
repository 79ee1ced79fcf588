import type { Reader } from "../../platform/database/sql";
import { type Finding, findingState } from "../finding-model";

/** A `Finding` but for its state, which follows from the clock. */
const FINDING_COLUMNS = `f.id, f.kind, f.subject, f.message, f.since, f.resolved_at as "resolvedAt", f.accepted_by as "acceptedBy",
  f.accepted_reason as "acceptedReason", f.accepted_until as "acceptedUntil", f.suggestion, f.details ->> 'category' as "suggestedCategory",
  f.silenced_by as "silencedBy"`;

type FindingRow = Omit<Finding, "state">;

const toFinding = (row: FindingRow, now: Date): Finding => ({ ...row, state: findingState(row, now) });

/**
 * What is open or accepted, and not silenced, by the key of the entity: its own findings, those of its datasets in use, and the dead teams
 * of services that have a role towards it now. Newest first; entities without any are left out.
 */
export async function findOpenFindings(reader: Reader, { entityKeys }: { readonly entityKeys: readonly string[] }): Promise<Map<string, Finding[]>> {
  const now = reader.clock.now();
  const rows = await reader.query<FindingRow & { entityKey: string }>(
    "findOpenFindings",
    `select asked.key as "entityKey", ${FINDING_COLUMNS}
     from unnest($1::text[]) as asked (key)
     cross join lateral (
       select f.* from findings f where f.entity_key = asked.key and f.resolved_at is null
       union
       select f.* from dataset_entities de join datasets d on d.id = de.dataset_id and d.retired_at is null
       join findings f on f.dataset_id = d.id and f.resolved_at is null
       where de.entity_key = asked.key
       union
       select f.* from ownership_assignments a join findings f on f.service_key = a.service_key and f.resolved_at is null and f.kind = 'DEAD_TEAM'
       where a.entity_key = asked.key and a.recorded_to is null and a.valid_from <= $2 and (a.valid_to is null or $2 < a.valid_to)
     ) as f
     where f.silenced_by is null
     order by asked.key, f.since desc, f.id desc`,
    [entityKeys, now],
  );
  const found = new Map<string, Finding[]>();
  for (const { entityKey, ...row } of rows) found.set(entityKey, [...(found.get(entityKey) ?? []), toFinding(row, now)]);
  return found;
}
