import { datasetUrn } from "../../catalog";
import type { Reader } from "../../platform/database/sql";
import { badInput } from "../../platform/errors";
import { jobUrn } from "../job-urn";
import type { Named } from "../model";
import { fieldUrn, type NodeName, parseNodeId } from "../node-ids";

/**
 * Numbers of what the ids name, by id: of a dataset (under any of its names) its root's, of a job its own, of an entity or service those
 * of its datasets, of a field those of its nodes in `field_nodes`. Ids of nothing known are left out. Refuses (BAD_USER_INPUT) texts that are no ids.
 */
export async function findNodeNumbers(reader: Reader, ids: readonly string[]): Promise<Map<string, number[]>> {
  const asked = ids.map((id) => ({ id, name: parsed(id) }));
  const found = new Map<string, number[]>();
  for (const kind of new Set(asked.map(({ name }) => name.kind))) {
    const some = asked.filter(({ name }) => name.kind === kind);
    const rows = await FINDERS[kind](reader, some.map(({ name }) => name));
    for (const { place, numbers } of rows) found.set(some[place - 1]!.id, numbers);
  }
  return found;
}

function parsed(id: string): NodeName {
  const name = parseNodeId(id);
  if (name === undefined) throw badInput("An id is expected here: dataset:…:…, dataset:…:…#field, job:…:…, entity:… or service:…, with all but unreserved characters as %XX");
  return name;
}

interface FoundNumbers {
  /** Among the names asked for, from 1. */
  readonly place: number;
  readonly numbers: number[];
}
type Finder = (reader: Reader, names: readonly NodeName[]) => Promise<FoundNumbers[]>;

const namespacesOf = (names: readonly NodeName[]): string[] => names.map((name) => ("namespace" in name ? name.namespace : ""));
const namesOf = (names: readonly NodeName[]): string[] => names.map((name) => ("name" in name ? name.name : ""));
const fieldsOf = (names: readonly NodeName[]): string[] => names.map((name) => (name.kind === "field" ? name.field : ""));
const keysOf = (names: readonly NodeName[]): string[] => names.map((name) => ("key" in name ? name.key : ""));

/** The dataset under this very name, or else under that in the namespace that its own is an alias of; `coalesce(d.merged_into, d.id)` is its root. */
const NAMED_DATASET = `left join datasets kept on kept.namespace = asked.namespace and kept.name = asked.name
   left join namespace_aliases alias on alias.alias = asked.namespace
   left join datasets aliased on aliased.namespace = alias.namespace and aliased.name = asked.name
   join datasets d on d.id = coalesce(kept.id, aliased.id)`;

const FINDERS: Record<NodeName["kind"], Finder> = {
  dataset: (reader, names) =>
    reader.query(
      "findDatasetNodes",
      `select asked.place::integer as place, array[coalesce(d.merged_into, d.id)] as numbers
       from unnest($1::text[], $2::text[]) with ordinality as asked (namespace, name, place) ${NAMED_DATASET}`,
      [namespacesOf(names), namesOf(names)],
    ),
  job: (reader, names) =>
    reader.query(
      "findJobNodes",
      `select asked.place::integer as place, array[j.id] as numbers
       from unnest($1::text[], $2::text[]) with ordinality as asked (namespace, name, place)
       join jobs j on md5(j.name) = md5(asked.name) and md5(j.namespace) = md5(asked.namespace) and j.name = asked.name and j.namespace = asked.namespace`,
      [namespacesOf(names), namesOf(names)],
    ),
  field: (reader, names) =>
    reader.query(
      "findFieldNodesByName",
      `select asked.place::integer as place, node.numbers
       from unnest($1::text[], $2::text[], $3::text[]) with ordinality as asked (namespace, name, field, place) ${NAMED_DATASET}
       cross join lateral (select coalesce(d.merged_into, d.id) as id) as root
       cross join lateral (
         select coalesce(array_agg(f.id order by f.id), '{}') as numbers from field_nodes f
         where f.name = asked.field and f.dataset_id in (select root.id union all select other.id from datasets other where other.merged_into = root.id)
       ) as node
       where node.numbers <> '{}' or exists (select from fields known where known.dataset_id = root.id and known.name = asked.field)`,
      [namespacesOf(names), namesOf(names), fieldsOf(names)],
    ),
  entity: (reader, names) =>
    reader.query(
      "findNodesOfEntities",
      `select asked.place::integer as place, array(
         select distinct coalesce(d.merged_into, d.id) from dataset_entities de join datasets d on d.id = de.dataset_id where de.entity_key = e.key order by 1
       ) as numbers
       from unnest($1::text[]) with ordinality as asked (key, place) join entities e on e.key = asked.key`,
      [keysOf(names)],
    ),
  service: (reader, names) =>
    reader.query(
      "findNodesOfServices",
      `select asked.place::integer as place, array(
         select distinct coalesce(d.merged_into, d.id) from datasets d where d.service_key = s.key order by 1
       ) as numbers
       from unnest($1::text[]) with ordinality as asked (key, place) join services s on s.key = asked.key`,
      [keysOf(names)],
    ),
};

/** The number of the row of the register under this very name, whatever dataset it is a name of. */
export async function findNamedNumber(reader: Reader, { namespace, name }: Named): Promise<number | undefined> {
  const [row] = await reader.query<{ number: number }>(
    "findNamedNumber",
    `select d.id as number from (values ($1, $2)) as asked (namespace, name) ${NAMED_DATASET}`,
    [namespace, name],
  );
  return row?.number;
}

/** Public ids of datasets and jobs by their numbers; another name's is that of its root. */
export async function findNodeIds(reader: Reader, numbers: readonly number[]): Promise<Map<number, string>> {
  const rows = await reader.query<{ number: number; isJob: boolean; namespace: string; name: string }>(
    "findNodeIds",
    `select d.id as number, false as "isJob", coalesce(root.namespace, d.namespace) as namespace, coalesce(root.name, d.name) as name
     from datasets d left join datasets root on root.id = d.merged_into where d.id = any($1)
     union all
     select j.id, true, j.namespace, j.name from jobs j where j.id = any($1)`,
    [numbers],
  );
  return new Map(rows.map(({ number, isJob, ...named }) => [number, isJob ? jobUrn(named) : datasetUrn(named)]));
}

/** Public ids of fields by their numbers in `field_nodes`; of a whole dataset its own. */
export async function findFieldIds(reader: Reader, numbers: readonly number[]): Promise<Map<number, string>> {
  const rows = await reader.query<{ number: number; field: string; namespace: string; name: string }>(
    "findFieldIds",
    `select f.id as number, f.name as field, coalesce(root.namespace, d.namespace) as namespace, coalesce(root.name, d.name) as name
     from field_nodes f join datasets d on d.id = f.dataset_id left join datasets root on root.id = d.merged_into where f.id = any($1)`,
    [numbers],
  );
  return new Map(rows.map(({ number, field, ...named }) => [number, fieldUrn(datasetUrn(named), field)]));
}

/** Numbers in `field_nodes` of all fields of datasets, under any of their names. */
export async function findFieldsOfDatasets(reader: Reader, numbers: readonly number[]): Promise<number[]> {
  const rows = await reader.query<{ number: number }>(
    "findFieldsOfDatasets",
    `select f.id as number from field_nodes f where f.dataset_id = any($1)
     union select f.id from datasets other join field_nodes f on f.dataset_id = other.id where other.merged_into = any($1) order by 1`,
    [numbers],
  );
  return rows.map(({ number }) => number);
}
