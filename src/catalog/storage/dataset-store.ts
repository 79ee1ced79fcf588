import type { Tx } from "../../platform/database/sql";
import { searchedCategories } from "../category-model";
import type { DatasetDefinition, DefinedField } from "../dataset-model";
import { personalState } from "../model";
import { datasetUrn } from "../public-ids";
import { endAttestationsOfChanged } from "./attestation-store";

const WRITTEN_AT_ONCE = 5000;

/**
 * Writes datasets as given, new or known (also such as were merely observed until now), with their fields, the entities that they embody
 * and whether they are personal. A dataset that moves to another service loses its proofs: they were given by the other's handlers.
 * What was attested of a dataset that becomes something else ends. Answers their numbers by id. Nine statements at most for each 5,000.
 */
export async function writeDatasets(tx: Tx, datasets: readonly DatasetDefinition[]): Promise<Map<string, number>> {
  const numbers = new Map<string, number>();
  for (let start = 0; start < datasets.length; start += WRITTEN_AT_ONCE) {
    for (const [id, number] of await writeSome(tx, datasets.slice(start, start + WRITTEN_AT_ONCE))) numbers.set(id, number);
  }
  return numbers;
}

async function writeSome(tx: Tx, datasets: readonly DatasetDefinition[]): Promise<Map<string, number>> {
  await endAttestationsOfChanged(tx, datasets);
  await deleteProofsOfMoved(tx, datasets);
  const rows = await tx.query<{ id: number; namespace: string; name: string }>(
    "writeDatasets",
    `insert into datasets (namespace, name, description, service_key, identifier_types, physical_location, sensitivity, properties, personal,
       categories, registered_at, retired_at)
     select namespace, name, description, "serviceKey", "identifierTypes", "physicalLocation", sensitivity, properties, personal, categories, $2, "retiredAt"
     from json_to_recordset($1) as given (namespace text, name text, description text, "serviceKey" text, "identifierTypes" text[],
       "physicalLocation" text, sensitivity text, properties json, personal text, categories text[],
       "retiredAt" timestamptz)
     on conflict (namespace, name) do update set description = excluded.description, physical_location = excluded.physical_location,
       sensitivity = excluded.sensitivity, properties = excluded.properties, service_key = excluded.service_key, identifier_types = excluded.identifier_types,
       personal = excluded.personal, categories = excluded.categories, retired_at = excluded.retired_at
     returning id, namespace, name`,
    [JSON.stringify(datasets.map(({ fields, ...dataset }) => ({ ...dataset, personal: personalState(fields), categories: searchedCategories(fields) }))), tx.now],
  );
  const numbers = new Map(rows.map((row) => [datasetUrn(row), row.id]));
  const written = datasets.map((dataset) => ({ ...dataset, number: numbers.get(datasetUrn(dataset))! }));
  await tx.execute("deleteDatasetEntities", "delete from dataset_entities where dataset_id = any($1)", [[...numbers.values()]]);
  await tx.execute(
    "insertDatasetEntities",
    `insert into dataset_entities (dataset_id, entity_key)
     select number, entity_key from json_to_recordset($1) as given (number integer, "entityKeys" text[]), unnest("entityKeys") as entity_key`,
    [JSON.stringify(written.map(({ number, entityKeys }) => ({ number, entityKeys })))],
  );
  await tx.execute("deleteFields", "delete from fields where dataset_id = any($1)", [[...numbers.values()]]);
  await insertFields(tx, written.flatMap(({ number, fields }) => fields.map((field, position): PlacedField => ({ number, position, ...field }))));
  return numbers;
}

/** Two statements: a proof that is being written is waited for under the lock, and only a later statement sees it. */
async function deleteProofsOfMoved(tx: Tx, datasets: readonly DatasetDefinition[]): Promise<void> {
  const moved = await tx.query<{ id: number }>(
    "lockMovedDatasets",
    `select d.id from datasets d join json_to_recordset($1) as given (namespace text, name text, "serviceKey" text) using (namespace, name)
     where d.service_key is distinct from given."serviceKey" order by d.id for no key update of d`,
    [JSON.stringify(datasets.map(({ namespace, name, serviceKey }) => ({ namespace, name, serviceKey })))],
  );
  await tx.execute("deleteProofsOfMovedDatasets", "delete from dataset_proofs p where p.dataset_id = any($1)", [moved.map(({ id }) => id)]);
}

type PlacedField = DefinedField & { readonly number: number; readonly position: number };

/** Columns instead of rows: there are ten times as many fields as datasets. */
const insertFields = (tx: Tx, fields: readonly PlacedField[]): Promise<number> =>
  tx.execute(
    "insertFields",
    `insert into fields (dataset_id, position, name, type, categories, description, sensitivity, observed)
     select number, position, name, type, categories::text[], description, sensitivity, observed
     from unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[])
       as given (number, position, name, type, categories, description, sensitivity, observed)`,
    [
      fields.map(({ number }) => number),
      fields.map(({ position }) => position),
      fields.map(({ name }) => name),
      fields.map(({ type }) => type),
      fields.map(({ categories }) => categories && `{${categories.map((category) => `"${category}"`).join(",")}}`), // Their form has nothing to escape.
      fields.map(({ description }) => description),
      fields.map(({ sensitivity }) => sensitivity),
      fields.map(({ observed }) => observed),
    ],
  );
