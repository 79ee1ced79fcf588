import type { Reader } from "../../platform/database/sql";
import type { Transformation } from "../lineage-model";

/** What producers say happens on the way of field flows, by the flows' ids. */
export async function findTransformations(reader: Reader, flows: readonly number[]): Promise<Map<number, Transformation[]>> {
  const rows = await reader.query<Transformation & { flow: number }>(
    "findTransformations",
    `select f.id as flow, coalesce(t.one ->> 'type', '') as type, t.one ->> 'subtype' as subtype, t.one ->> 'description' as description,
       case json_typeof(t.one -> 'masking') when 'boolean' then (t.one ->> 'masking')::boolean end as masking
     from field_flows f cross join lateral json_array_elements(f.transformations) with ordinality as t (one, place)
     where f.id = any($1) and json_typeof(t.one) = 'object' order by f.id, t.place`,
    [flows],
  );
  const found = new Map<number, Transformation[]>();
  for (const { flow, ...transformation } of rows) found.set(flow, [...(found.get(flow) ?? []), transformation]);
  return found;
}
