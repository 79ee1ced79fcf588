import type { Reader } from "../../platform/database/sql";

/** What is to be written out: keys of definitions, numbers of datasets, ids of assignments. */
export interface ExportedObjects {
  readonly teams: readonly string[];
  readonly services: readonly string[];
  readonly entities: readonly string[];
  readonly datasets: readonly number[];
  readonly assignments: readonly string[];
  readonly rules: readonly string[];
}

/** Everything in use; with a source, what it declares. Each in the order of keys, datasets by namespace and name. */
export async function findExportedObjects(reader: Reader, source: string | null): Promise<ExportedObjects> {
  const declared = (object: string): string => `($1::text is null or exists (select from declarations own where own.object = ${object} and own.source = $1))`;
  const keys = async <Key>(name: string, text: string): Promise<Key[]> => (await reader.query<{ key: Key }>(name, text, [source])).map(({ key }) => key);
  return {
    teams: await keys("exportedTeams", `select t.key from teams t where t.retired_at is null and ${declared("'team:' || t.key")} order by t.key`),
    services: await keys("exportedServices", `select s.key from services s where s.retired_at is null and ${declared("'service:' || s.key")} order by s.key`),
    entities: await keys("exportedEntities", `select e.key from entities e where e.retired_at is null and ${declared("'entity:' || e.key")} order by e.key`),
    datasets: await keys(
      "exportedDatasets",
      `select d.id as key from datasets d where d.retired_at is null and ($1::text is not null or d.merged_into is null) and ${declared("'dataset:' || d.id")} order by d.namespace, d.name`,
    ),
    assignments: await keys(
      "exportedAssignments",
      // One that never held says nothing. What belongs to something retired cannot be declared without it.
      `select a.id as key from ownership_assignments a where a.recorded_to is null and (a.valid_to is null or a.valid_from < a.valid_to)
         and ($1::text is not null or (exists (select from entities e where e.key = a.entity_key and e.retired_at is null)
              and exists (select from services s where s.key = a.service_key and s.retired_at is null)))
         and ${declared("'assignment:' || a.id")} order by a.entity_key, a.role, a.service_key, a.valid_from`,
    ),
    rules: await keys("exportedRules", `select r.key from declared_rules r where ${declared("'rule:' || r.key")} order by r.key`),
  };
}
