import type { Reader } from "../../platform/database/sql";
import type { Field } from "../model";
import type { DatasetName } from "../public-ids";
import { globPattern, prefixPattern } from "./filters";

export interface FieldFilter {
  readonly fieldPattern: string;
  readonly typePattern: string | null;
  readonly namespacePrefix: string | null;
  readonly namePrefix: string | null;
  readonly serviceKey: string | null;
  readonly onlyUnclassified: boolean;
}

/** A dataset with those of its fields that match. */
export interface MatchingDataset extends DatasetName {
  readonly number: number;
  readonly fields: readonly Pick<Field, "name" | "categories">[];
}

/** Datasets in use that have fields which match and are not classified so already, by namespace and name; `limit` datasets at most. */
export const findMatchingFields = (
  reader: Reader,
  { fieldPattern, typePattern, namespacePrefix, namePrefix, serviceKey, onlyUnclassified }: FieldFilter,
  categories: readonly string[],
  limit: number,
): Promise<MatchingDataset[]> =>
  reader.query(
    "findMatchingFields",
    `select d.id as number, d.namespace, d.name, json_agg(json_build_object('name', f.name, 'categories', f.categories) order by f.position) as fields
     from fields f join datasets d on d.id = f.dataset_id
     where d.retired_at is null and d.merged_into is null and lower(f.name) like $1 and ($2::text is null or lower(f.type) like $2)
       and ($3::text is null or starts_with(d.namespace, $3)) and ($4::text is null or lower(d.name) like $4) and ($5::text is null or d.service_key = $5)
       and f.categories is distinct from $6::text[] and (f.categories is null or not $7::boolean)
     group by d.id order by d.namespace, d.name limit $8`,
    [
      globPattern(fieldPattern.toLowerCase()), typePattern && globPattern(typePattern.toLowerCase()), namespacePrefix, namePrefix && prefixPattern(namePrefix),
      serviceKey, categories, onlyUnclassified, limit,
    ],
  );
