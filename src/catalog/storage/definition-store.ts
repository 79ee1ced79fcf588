import type { Tx } from "../../platform/database/sql";
import { searchedCategories } from "../category-model";
import type { DatasetDefinition } from "../dataset-model";
import { type Entity, personalState, type Service, type Team } from "../model";
import { datasetUrn } from "../public-ids";
import type { DeclaredRule } from "../rule-model";

/**
 * Lets one transaction at a time change what is declared, so that every change is decided on a state that nobody else is changing.
 * Declarations change rarely; ownership and observed datasets do not wait for this lock.
 */
export const lockDefinitions = (tx: Tx): Promise<number> =>
  tx.execute("lockDefinitions", "select pg_advisory_xact_lock(hashtextextended('cadastre catalog definitions', 0))");

/** Writes services as given, new or known. */
export const writeServices = (tx: Tx, services: readonly Service[]): Promise<number> =>
  tx.execute(
    "writeServices",
    `insert into services (key, name, description, team, executor, endpoint_url, public_keys, kinds, timeout_ms, backup_horizon, properties, registered_at,
       retired_at)
     select key, name, description, team, executor, "endpointUrl", "publicKeys", kinds, "timeoutMs", "backupHorizon", properties, $2, "retiredAt"
     from json_to_recordset($1) as given (key text, name text, description text, team text, executor text, "endpointUrl" text, "publicKeys" text[], kinds text[],
       "timeoutMs" integer, "backupHorizon" text, properties json, "retiredAt" timestamptz)
     on conflict (key) do update set name = excluded.name, description = excluded.description, team = excluded.team, executor = excluded.executor, endpoint_url = excluded.endpoint_url,
       public_keys = excluded.public_keys, kinds = excluded.kinds, timeout_ms = excluded.timeout_ms, backup_horizon = excluded.backup_horizon,
       properties = excluded.properties, retired_at = excluded.retired_at`,
    [JSON.stringify(services), tx.now],
  );

/** Writes teams as given, new or known. */
export const writeTeams = (tx: Tx, teams: readonly Team[]): Promise<number> =>
  tx.execute(
    "writeTeams",
    `insert into teams (key, name, registered_at, retired_at)
     select key, name, $2, "retiredAt" from json_to_recordset($1) as given (key text, name text, "retiredAt" timestamptz)
     on conflict (key) do update set name = excluded.name, retired_at = excluded.retired_at`,
    [JSON.stringify(teams), tx.now],
  );

/** Writes entities as given, new or known. */
export const writeEntities = (tx: Tx, entities: readonly Entity[]): Promise<number> =>
  tx.execute(
    "writeEntities",
    `insert into entities (key, name, description, domain, identifier_types, registered_at, retired_at)
     select key, name, description, domain, "identifierTypes", $2, "retiredAt"
     from json_to_recordset($1) as given (key text, name text, description text, domain text, "identifierTypes" text[], "retiredAt" timestamptz)
     on conflict (key) do update set name = excluded.name, description = excluded.description, domain = excluded.domain, identifier_types = excluded.identifier_types,
       retired_at = excluded.retired_at`,
    [JSON.stringify(entities), tx.now],
  );

/**
 * Writes datasets as given, new or known (also such as were merely observed until now), with their fields, the entities that they embody
 * and whether they are personal. A dataset that moves to another service loses its proofs: they were given by the other's handlers.
 * Answers their numbers by id. Six statements, however many there are.
 */
export async function writeDatasets(tx: Tx, datasets: readonly DatasetDefinition[]): Promise<Map<string, number>> {
  if (datasets.length === 0) return new Map();
  await tx.execute(
    "deleteProofsOfMovedDatasets",
    `delete from dataset_proofs p using datasets d, json_to_recordset($1) as given (namespace text, name text, "serviceKey" text)
      where p.dataset_id = d.id and d.namespace = given.namespace and d.name = given.name and d.service_key is distinct from given."serviceKey"`,
    [JSON.stringify(datasets.map(({ namespace, name, serviceKey }) => ({ namespace, name, serviceKey })))],
  );
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
  await tx.execute(
    "insertFields",
    `insert into fields (dataset_id, position, name, type, categories, description, sensitivity)
     select number, position, name, type, categories, description, sensitivity
     from json_to_recordset($1) as given (number integer, position integer, name text, type text, categories text[], description text, sensitivity text)`,
    [JSON.stringify(written.flatMap(({ number, fields }) => fields.map((field, position) => ({ number, position, ...field }))))],
  );
  return numbers;
}

/** Writes rules as given, new or known. */
export const writeRules = (tx: Tx, rules: readonly DeclaredRule[]): Promise<number> =>
  tx.execute(
    "writeRules",
    `insert into declared_rules (key, start_point, period, zone)
     select key, "startPoint", period, zone from json_to_recordset($1) as given (key text, "startPoint" text, period text, zone text)
     on conflict (key) do update set start_point = excluded.start_point, period = excluded.period, zone = excluded.zone`,
    [JSON.stringify(rules)],
  );

/** Deletes rules that nobody declares any more. */
export const deleteRules = (tx: Tx, keys: readonly string[]): Promise<number> =>
  tx.execute("deleteRules", "delete from declared_rules where key = any($1)", [keys]);
