import { decodeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import type { Reader } from "../../platform/database/sql";
import type { DatasetDefinition } from "../dataset-model";
import type { Dataset, DatasetProofs, Field, FieldNotes, Properties } from "../model";
import { type DatasetName, datasetUrn } from "../public-ids";
import { columnsOf, NAMED } from "./name-queries";
import { beginsWith, classifiedAs, isRareCategory, isRarePrefix } from "./reach";

/** A `DatasetRow`, as every statement that reads datasets answers it. */
const DATASET_COLUMNS = `d.id as number, d.namespace, d.name, d.description, d.service_key as "serviceKey",
  d.identifier_types as "identifierTypes", d.physical_location as "physicalLocation", d.sensitivity, d.personal, d.retired_at as "retiredAt",
  (select a.expires_at from attestations a where a.dataset_id = d.id and a.ended_at is null and a.confirmed_at is not null) as "attestedUntil"`;

/** In use, and not another name of one. */
const LISTED = "d.retired_at is null and d.merged_into is null";

/** A dataset without its id; `personal` as its fields say. */
interface DatasetRow extends Omit<Dataset, "id"> {
  /** When the attestation that it is anonymous expires. */
  readonly attestedUntil: Date | null;
}

const toDataset = ({ attestedUntil, ...row }: DatasetRow, now: Date): Dataset => ({
  id: datasetUrn(row),
  ...row,
  personal: attestedUntil !== null && attestedUntil > now ? "ATTESTED_ANONYMOUS" : row.personal,
});

/** The dataset that a registered name stands for. */
export const getDataset = async (reader: Reader, name: DatasetName): Promise<Dataset> => (await findDatasetsByName(reader, [name])).get(datasetUrn(name))!;

/** The datasets that names stand for, by the id of the name as asked, retired ones included; names of none are left out. */
export async function findDatasetsByName(reader: Reader, names: readonly DatasetName[]): Promise<Map<string, Dataset>> {
  const rows = await reader.query<DatasetRow & { place: string }>(
    "findDatasetsByName",
    `select asked.place, ${DATASET_COLUMNS} from ${NAMED} join datasets d on d.id = coalesce(named.merged_into, named.id)`,
    columnsOf(names),
  );
  return new Map(rows.map(({ place, ...row }) => [datasetUrn(names[Number(place) - 1]!), toDataset(row, reader.clock.now())]));
}

export interface DatasetFilter {
  readonly serviceKey?: string | null;
  /** Of one of its fields; narrower categories count. */
  readonly category?: string | null;
  /** Of the name, in any case. */
  readonly namePrefix?: string | null;
}

/** One page of the datasets in use, by namespace and name. Conditions that few datasets meet are looked up first, others on the walk. */
export async function listDatasets(reader: Reader, { serviceKey, category, namePrefix }: DatasetFilter, page: PageRequest): Promise<Page<Dataset>> {
  const [namespace, name] = decodeCursor(page.after, 2) ?? ["", ""];
  const values: unknown[] = [namespace, name, page.first + 1];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const [names, gathered, walked]: [string[], string[], string[]] = [[], [], [LISTED]];
  // A service's datasets lie in the order of an index of theirs: nothing is gathered from all others.
  if (serviceKey) {
    names.push("Service");
    walked.push(`d.service_key = ${place(serviceKey)}`);
  }
  if (namePrefix) {
    const prefix = place(namePrefix);
    const rare = !serviceKey && (await isRarePrefix(reader, namePrefix));
    names.push(rare ? "RareName" : "Name");
    (rare ? gathered : walked).push(rare ? beginsWith("d.name", prefix) : `starts_with(lower(d.name), lower(${prefix}::text))`);
  }
  if (category) {
    const rare = !serviceKey && (await isRareCategory(reader, category));
    names.push(rare ? "RareCategory" : "Category");
    (rare ? gathered : walked).push(classifiedAs(place(category)));
  }
  const source = gathered.length > 0 ? `(select d.* from datasets d where ${gathered.join(" and ")} offset 0) as d` : "datasets d";
  const rows = await reader.query<DatasetRow>(
    `listDatasets${names.join("")}`,
    `select ${DATASET_COLUMNS} from ${source}
     where (d.namespace, d.name) > ($1, $2) and ${walked.join(" and ")} order by d.namespace, d.name limit $3`,
    values,
  );
  return toDatasetPage(rows, page.first, reader.clock.now());
}

const toDatasetPage = (rows: readonly DatasetRow[], first: number, now: Date): Page<Dataset> =>
  toPage(rows.map((row) => toDataset(row, now)), first, ({ namespace, name }) => [namespace, name]);

/** The page of one parent's datasets that a reader asked for. */
export interface DatasetPageKey extends PageRequest {
  /** Key of the service that hosts them, or of the entity that they embody. */
  readonly key: string;
}

const ASKED = "unnest($1::text[], $2::int[], $3::text[], $4::text[]) with ordinality as asked (key, first, namespace, name, place)";

const AFTER_CURSOR = `${LISTED} and (asked.name is null or (d.namespace, d.name) > (asked.namespace, asked.name))`;

const PAGES_OF = {
  // A service's datasets lie in the order of its index: each page reads no more than its rows.
  service: `select asked.place, page.* from ${ASKED}
    cross join lateral (select ${DATASET_COLUMNS} from datasets d where d.service_key = asked.key and ${AFTER_CURSOR}
                        order by d.namespace, d.name limit asked.first + 1) as page
    order by asked.place, page.namespace, page.name`,
  // An entity's have to be sorted anyway: one join for all of them takes a quarter of the time of one for each.
  entity: `select page.place, page.number, page.namespace, page.name, page.description, page."serviceKey", page."identifierTypes",
      page."physicalLocation", page.sensitivity, page.personal, page."retiredAt", page."attestedUntil"
    from (select asked.place, asked.first, row_number() over (partition by asked.place order by d.namespace, d.name) as nth, ${DATASET_COLUMNS}
          from ${ASKED} join dataset_entities de on de.entity_key = asked.key join datasets d on d.id = de.dataset_id
          where ${AFTER_CURSOR}) as page
    where page.nth <= page.first + 1 order by page.place, page.nth`,
};

/** One page for each parent, in the order asked, with one statement. */
export async function listDatasetsOf(reader: Reader, parent: "service" | "entity", asked: readonly DatasetPageKey[]): Promise<Page<Dataset>[]> {
  const cursors = asked.map(({ after }) => decodeCursor(after, 2));
  const rows = await reader.query<DatasetRow & { place: string }>(
    parent === "service" ? "listDatasetsOfServices" : "listDatasetsOfEntities",
    PAGES_OF[parent],
    [asked.map(({ key }) => key), asked.map(({ first }) => first), cursors.map((key) => key?.[0] ?? null), cursors.map((key) => key?.[1] ?? null)],
  );
  const rowsOf: DatasetRow[][] = asked.map(() => []);
  for (const { place, ...row } of rows) rowsOf[Number(place) - 1]!.push(row);
  const now = reader.clock.now();
  return asked.map(({ first }, index) => toDatasetPage(rowsOf[index]!, first, now));
}

/** Fields of datasets, by the dataset's number, in their order. */
export async function findFields(reader: Reader, numbers: readonly number[]): Promise<Map<number, Field[]>> {
  // Three lists for each dataset instead of a list of objects: half the time, on both sides.
  const rows = await reader.query<{ number: number; names: string[]; types: (string | null)[]; categories: (string[] | null)[] }>(
    "findFields",
    `select f.dataset_id as number, json_agg(f.name order by f.position) as names, json_agg(f.type order by f.position) as types,
       json_agg(f.categories order by f.position) as categories
     from fields f where f.dataset_id = any($1) group by f.dataset_id`,
    [numbers],
  );
  return new Map(
    rows.map(({ number, names, types, categories }) => [number, names.map((name, index): Field => ({ name, type: types[index]!, categories: categories[index]! }))]),
  );
}

/** What people have written about the fields of datasets, by the dataset's number and the field's name; seldom asked, so not read with the fields. */
export async function findFieldNotes(reader: Reader, numbers: readonly number[]): Promise<Map<number, Map<string, FieldNotes>>> {
  const rows = await reader.query<FieldNotes & { number: number; name: string }>(
    "findFieldNotes",
    "select f.dataset_id as number, f.name, f.description, f.sensitivity from fields f where f.dataset_id = any($1)",
    [numbers],
  );
  const found = new Map<number, Map<string, FieldNotes>>(numbers.map((number) => [number, new Map()]));
  for (const { number, name, ...notes } of rows) found.get(number)!.set(name, notes);
  return found;
}

/** Properties of datasets, by the dataset's number. */
export async function findDatasetProperties(reader: Reader, numbers: readonly number[]): Promise<Map<number, Properties>> {
  const rows = await reader.query<{ number: number; properties: Properties }>(
    "findDatasetProperties",
    "select d.id as number, d.properties from datasets d where d.id = any($1)",
    [numbers],
  );
  return new Map(rows.map(({ number, properties }) => [number, properties]));
}

/** When each kind of proof was last given, by the dataset's number; those without any are left out. */
export async function findDatasetProofs(reader: Reader, numbers: readonly number[]): Promise<Map<number, DatasetProofs>> {
  const rows = await reader.query<DatasetProofs & { number: number }>(
    "findDatasetProofs",
    `select p.dataset_id as number, p.receipt_at as "receiptAt", p.verify_at as "verifyAt", p.live_at as "liveAt", p.probe_at as "probeAt"
     from dataset_proofs p where p.dataset_id = any($1)`,
    [numbers],
  );
  return new Map(rows.map(({ number, ...proofs }) => [number, proofs]));
}

/** Last time that a dataset's verify handler answered FOUND for someone known to be there, by the dataset's number. */
export async function findLiveSince(reader: Reader, numbers: readonly number[]): Promise<Map<number, Date>> {
  const proofs = await findDatasetProofs(reader, numbers);
  return new Map([...proofs].flatMap(([number, { liveAt }]) => (liveAt === null ? [] : [[number, liveAt]])));
}

/** Those of the categories that no field of any dataset has. */
export async function findUnusedCategories(reader: Reader, categories: readonly string[]): Promise<string[]> {
  const rows = await reader.query<{ category: string }>(
    "findUnusedCategories",
    "select asked.category from unnest($1::text[]) as asked (category) where not exists (select from datasets d where d.categories @> array[asked.category])",
    [categories],
  );
  return rows.map(({ category }) => category);
}

/** Numbers of the datasets that services host, retired ones included. */
export async function findDatasetsOfServices(reader: Reader, serviceKeys: readonly string[]): Promise<number[]> {
  const rows = await reader.query<{ number: number }>("findDatasetsOfServices", "select d.id as number from datasets d where d.service_key = any($1)", [serviceKeys]);
  return rows.map(({ number }) => number);
}

/** All that is declared of datasets, by id: the names given, and those with the numbers given. */
export async function findDatasetDefinitions(
  reader: Reader,
  names: readonly DatasetName[],
  numbers: readonly number[] = [],
): Promise<Map<string, DatasetDefinition & { readonly number: number }>> {
  const rows = await reader.query<DatasetDefinition & { number: number }>(
    "findDatasetDefinitions",
    `select d.id as number, d.namespace, d.name, d.description, d.service_key as "serviceKey", d.identifier_types as "identifierTypes",
       d.physical_location as "physicalLocation", d.sensitivity, d.properties, d.retired_at as "retiredAt",
       array(select de.entity_key from dataset_entities de where de.dataset_id = d.id order by de.entity_key collate "C") as "entityKeys",
       coalesce((select json_agg(json_build_object('name', f.name, 'type', f.type, 'categories', f.categories,
                                                    'description', f.description, 'sensitivity', f.sensitivity, 'observed', f.observed) order by f.position)
                 from fields f where f.dataset_id = d.id), '[]') as fields
     from datasets d
     where d.id in (select known.id from unnest($1::text[], $2::text[]) as asked (namespace, name) join datasets known using (namespace, name)
                    union select unnest($3::int[]))`,
    [names.map(({ namespace }) => namespace), names.map(({ name }) => name), numbers],
  );
  return new Map(rows.map((definition) => [datasetUrn(definition), definition]));
}
