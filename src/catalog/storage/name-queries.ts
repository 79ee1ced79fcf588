import type { Reader } from "../../platform/database/sql";
import type { Identity } from "../identity-model";
import { type DatasetName, datasetUrn } from "../public-ids";

/** What a name stands for in the register. */
export interface FoundName extends DatasetName {
  /** Of the row under that very name; null: there is none. The name is written in the namespace that this one is an alias of. */
  readonly number: number | null;
  /** Of the dataset whose name it is. */
  readonly root: number | null;
}

/**
 * The rows `named` of the names `asked`: $1, $2, as `columnsOf` gives them, or else in the namespace that theirs is an alias of. Of a name that the
 * alias joined with another there is a row still, which people may take apart again.
 */
export const NAMED = `unnest($1::text[], $2::text[]) with ordinality as asked (namespace, name, place)
     left join namespace_aliases a on a.alias = asked.namespace
     left join datasets kept on kept.namespace = a.alias and kept.name = asked.name
     left join datasets named on named.namespace = coalesce(kept.namespace, a.namespace, asked.namespace) and named.name = asked.name`;

export const columnsOf = (names: readonly DatasetName[]): [string[], string[]] => [names.map(({ namespace }) => namespace), names.map(({ name }) => name)];

/** What each name stands for, by its id as asked: aliases of namespaces are followed, other names lead to their dataset. */
export async function findNames(reader: Reader, names: readonly DatasetName[]): Promise<Map<string, FoundName>> {
  const rows = await reader.query<FoundName>(
    "findNames",
    `select coalesce(named.namespace, a.namespace, asked.namespace) as namespace, asked.name, named.id as number, coalesce(named.merged_into, named.id) as root
     from ${NAMED} order by asked.place`,
    columnsOf(names),
  );
  return new Map(names.map((name, index) => [datasetUrn(name), rows[index]!]));
}

/** The name that a dataset goes by: of another name, that of its root; of an unknown one, itself in the namespace that its own is an alias of. */
export async function goesBy(reader: Reader, asked: DatasetName): Promise<DatasetName> {
  const found = (await findNames(reader, [asked])).get(datasetUrn(asked))!;
  const [root] =
    found.root === null || found.root === found.number
      ? [found]
      : await reader.query<DatasetName>("findNameOfRoot", "select d.namespace, d.name from datasets d where d.id = $1", [found.root]);
  return { namespace: root!.namespace, name: root!.name };
}

/** The names under which sources' declarations of names are kept, in the order asked: their datasets' but where the other name is declared itself. */
export const findDeclaredNames = (reader: Reader, names: readonly DatasetName[]): Promise<DatasetName[]> =>
  reader.query(
    "findDeclaredNames",
    `select coalesce(root.namespace, named.namespace, a.namespace, asked.namespace) as namespace, coalesce(root.name, asked.name) as name
     from ${NAMED} left join datasets root on root.id = named.merged_into and not exists (select from declarations own where own.object = 'dataset:' || named.id)
     order by asked.place`,
    columnsOf(names),
  );

/** Ids of the other names of datasets, by the dataset's number; those without any are left out. */
export async function findOtherNames(reader: Reader, numbers: readonly number[]): Promise<Map<number, string[]>> {
  const rows = await reader.query<DatasetName & { number: number }>(
    "findOtherNames",
    "select d.merged_into as number, d.namespace, d.name from datasets d where d.merged_into = any($1) order by d.namespace, d.name",
    [numbers],
  );
  const found = new Map<number, string[]>();
  for (const row of rows) found.set(row.number, [...(found.get(row.number) ?? []), datasetUrn(row)]);
  return found;
}

/** Identities of datasets, and of those that they are other names of, by number. */
export async function findIdentities(reader: Reader, numbers: readonly number[]): Promise<Map<number, Identity>> {
  const rows = await reader.query<Identity>(
    "findIdentities",
    `select d.id as number, coalesce(d.merged_into, d.id) as root, d.namespace, d.name, d.service_key as "serviceKey", i.reason, i.decided_at as "decidedAt",
       array(select coalesce(other.merged_into, other.id) from dataset_identities own
             join datasets other on other.id = any(own.apart_from) where own.root_id = coalesce(d.merged_into, d.id)) as "apartFrom",
       exists (select from findings f where f.dataset_id = d.id and f.kind = 'IDENTITY_CONFLICT' and f.resolved_at is null) as disputed,
       d.service_key is not null or d.identifier_types <> '{}' or exists (select from dataset_entities de where de.dataset_id = d.id)
         or exists (select from declarations own where own.object = 'dataset:' || d.id) as declared
     from datasets d left join dataset_identities i on i.dataset_id = d.id
     where d.id in (select unnest($1::integer[]) union select named.merged_into from datasets named where named.id = any($1))`,
    [numbers],
  );
  return new Map(rows.map((row) => [row.number, row]));
}
