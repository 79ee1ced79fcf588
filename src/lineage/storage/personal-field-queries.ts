import type { Reader } from "../../platform/database/sql";
import type { FieldNumbers } from "../graph/personal-walk";

/** Which fields of a dataset carry what was asked for; null: none of its fields is known, so that any may. */
export type CarryingFields = readonly string[] | null;

const UNDER = (category: string): string => `exists (select from unnest(f.categories) as c where c = ${category} or starts_with(c, ${category} || '.'))`;

/** By the dataset's number: the fields of a category or a narrower one; without a category, personal and unclassified ones. */
export async function findCarryingFields(reader: Reader, numbers: readonly number[], category: string | null): Promise<Map<number, CarryingFields>> {
  const rows = await reader.query<{ number: number; known: boolean; names: string[] }>(
    category === null ? "findPersonalFields" : "findFieldsOfCategory",
    `select asked.number, count(f.name) > 0 as known,
       coalesce(array_agg(f.name order by f.position) filter (where ${category === null ? `f.categories is null or ${UNDER("'user'")}` : UNDER("$2::text")}), '{}') as names
     from unnest($1::integer[]) as asked (number) left join fields f on f.dataset_id = asked.number
     group by asked.number`,
    category === null ? [numbers] : [numbers, category],
  );
  return new Map(rows.map(({ number, known, names }) => [number, known ? names : null]));
}

/** The fields of datasets that are ends of flows, by whichever name of the dataset they were observed. */
export const findFieldNumbers = (reader: Reader, numbers: readonly number[]): Promise<FieldNumbers[]> =>
  reader.query(
    "findFieldNumbers",
    `select coalesce(d.merged_into, d.id) as dataset, n.name, array_agg(n.id order by n.id) as numbers
     from datasets d join field_nodes n on n.dataset_id = d.id
     where d.id = any($1) or d.merged_into = any($1) group by 1, 2 order by 1, 2`,
    [numbers],
  );

/** A service that holds data on behalf of the company, or in its own right, and since when. */
interface OutsideHost {
  readonly key: string;
  readonly validFrom: Date;
  readonly validTo: Date | null;
}

/** By the dataset's number: the service that hosts it, where that is PROCESSOR or RECIPIENT of any entity now. */
export async function findOutsideHosts(reader: Reader, numbers: readonly number[]): Promise<Map<number, OutsideHost>> {
  const rows = await reader.query<OutsideHost & { number: number }>(
    "findOutsideHosts",
    `select distinct on (d.id) d.id as number, a.service_key as key, a.valid_from as "validFrom", a.valid_to as "validTo"
     from ownership_assignments a join datasets d on d.service_key = a.service_key
     where d.id = any($1) and a.role in ('PROCESSOR', 'RECIPIENT') and a.recorded_to is null
       and a.valid_from <= $2 and (a.valid_to is null or $2 < a.valid_to)
     order by d.id, a.valid_from, a.id`,
    [numbers, reader.clock.now()],
  );
  return new Map(rows.map(({ number, ...host }) => [number, host]));
}
