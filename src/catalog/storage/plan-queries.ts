import type { Reader } from "../../platform/database/sql";
import type { PersonalState } from "../model";
import { type DatasetName, datasetUrn, entityId } from "../public-ids";
import { findIssuers, findRecipients } from "./entity-queries";
import { findNames } from "./name-queries";
import { findDeclaredRules } from "./rule-queries";

/** A dataset as the rooms above know it: by its number. */
export interface CatalogDataset extends DatasetName {
  readonly id: number;
  readonly serviceKey: string | null;
  /** What it embodies, by whichever of its names that is declared. */
  readonly entityKeys: readonly string[];
  /** Its own, and of a dataset those of its other names. */
  readonly identifierTypes: readonly string[];
  readonly personal: PersonalState;
}

const CATALOG_COLUMNS = `d.id, d.namespace, d.name, d.service_key as "serviceKey", d.personal,
  d.identifier_types || array(select distinct type from datasets name, unnest(name.identifier_types) as type
                              where name.merged_into = d.id and type <> all(d.identifier_types) order by type) as "identifierTypes",
  array(select distinct de.entity_key from dataset_entities de
        where de.dataset_id in (select coalesce(d.merged_into, d.id) union select name.id from datasets name where name.merged_into = coalesce(d.merged_into, d.id))
        order by de.entity_key) as "entityKeys"`;

/** Datasets by number, retired ones included; numbers of none are left out. */
export async function findDatasets(reader: Reader, ids: readonly number[]): Promise<Map<number, CatalogDataset>> {
  const rows = await reader.query<CatalogDataset>("findDatasets", `select ${CATALOG_COLUMNS} from datasets d where d.id = any($1)`, [ids]);
  return new Map(rows.map((dataset) => [dataset.id, dataset]));
}

/** Numbers of the datasets that names stand for, by the `dataset:…` id as asked, retired ones included; names of none are left out. */
export async function findDatasetIds(reader: Reader, names: readonly DatasetName[]): Promise<Map<string, number>> {
  return new Map([...(await findNames(reader, names))].flatMap(([id, { root }]) => (root === null ? [] : [[id, root]])));
}

/** A dataset where a person may be, and the ids that led there: itself, or a declaring dataset, an entity that it embodies, itself. */
export interface PlanSeed {
  readonly dataset: CatalogDataset;
  readonly path: readonly string[];
}

/**
 * Where a plan begins: the datasets that declare one of the identifier types, and all datasets of the entities that these embody; each
 * once. What one name of a dataset is declared to embody all of them do; a name that declares a type is a place of its own, and custody leads from there
 * to its dataset. Retired ones are among them: that nobody declares a dataset any more does not empty it.
 */
async function findPlanSeeds(reader: Reader, identifierTypes: readonly string[]): Promise<PlanSeed[]> {
  const rows = await reader.query<CatalogDataset & { entityKey: string | null; via: DatasetName | null }>(
    "findPlanSeeds",
    `with declaring as (
       select id, namespace, name, coalesce(merged_into, id) as root from datasets where identifier_types && $1::text[]
     ), declared as (
       select root as id, root from declaring union select d.id, declaring.root from declaring join datasets d on d.merged_into = declaring.root
     ), embodied as (
       select distinct on (de.entity_key) de.entity_key, declaring.namespace, declaring.name
       from declaring join declared using (root) join dataset_entities de on de.dataset_id = declared.id
       order by de.entity_key, declaring.id
     ), mate as (
       select distinct on (coalesce(d.merged_into, d.id)) coalesce(d.merged_into, d.id) as id, embodied.entity_key,
         json_build_object('namespace', embodied.namespace, 'name', embodied.name) as via
       from embodied join dataset_entities de using (entity_key) join datasets d on d.id = de.dataset_id
       where coalesce(d.merged_into, d.id) not in (select id from declaring)
       order by coalesce(d.merged_into, d.id), embodied.entity_key
     ), seed as (
       select id, null as entity_key, null as via from declaring union all select id, entity_key, via from mate
     )
     select ${CATALOG_COLUMNS}, seed.entity_key as "entityKey", seed.via from seed join datasets d on d.id = seed.id order by d.id`,
    [identifierTypes],
  );
  return rows.map(({ entityKey, via, ...dataset }) => ({
    dataset,
    path: [...(via === null || entityKey === null ? [] : [datasetUrn(via), entityId(entityKey)]), datasetUrn(dataset)],
  }));
}

/** What a plan of erasure goes by, and what it is judged by. */
export const planQueries = { findPlanSeeds, findIssuers, findRecipients, findDeclaredRules } as const;
