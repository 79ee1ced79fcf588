import { entityId, serviceId } from "../../catalog";
import type { Reader } from "../../platform/database/sql";

export type GroupLevel = "ENTITY" | "SERVICE";

const GROUPED: Record<GroupLevel, { readonly from: string; readonly key: string; readonly id: (key: string) => string }> = {
  ENTITY: { from: "dataset_entities grouped join datasets d on d.id = grouped.dataset_id", key: "grouped.entity_key", id: entityId },
  SERVICE: { from: "datasets d", key: "d.service_key", id: serviceId },
};

/** Ids of the entities or services to which datasets belong, under any of their names, by the datasets' numbers; sorted. */
export async function findGroups(reader: Reader, level: GroupLevel, numbers: readonly number[]): Promise<Map<number, string[]>> {
  const { from, key, id } = GROUPED[level];
  const rows = await reader.query<{ number: number; keys: string[] }>(
    `findGroups_${level}`,
    `select asked.number, array(
       select ${key} from ${from} where d.id = asked.number and ${key} is not null
       union select ${key} from ${from} where d.merged_into = asked.number and ${key} is not null order by 1
     ) as keys
     from unnest($1::integer[]) as asked (number)`,
    [numbers],
  );
  return new Map(rows.map(({ number, keys }) => [number, keys.map(id)]));
}
