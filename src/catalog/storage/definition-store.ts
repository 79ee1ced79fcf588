import type { Tx } from "../../platform/database/sql";
import type { Entity, Service, Team } from "../model";
import type { DeclaredRule } from "../rule-model";

/**
 * Lets one transaction at a time change what is declared, so that every change is decided on a state that nobody else is changing.
 * Declarations change rarely; ownership and what is observed again do not wait for this lock.
 */
export const lockDefinitions = (tx: Tx): Promise<number> =>
  tx.execute("lockDefinitions", "select pg_advisory_xact_lock(hashtextextended('cadastre catalog definitions', 0))");

/** Keeps what is declared, and which names are one dataset, as they are, while others who only observe do the same. */
export const holdDefinitions = (tx: Tx): Promise<number> =>
  tx.execute("holdDefinitions", "select pg_advisory_xact_lock_shared(hashtextextended('cadastre catalog definitions', 0))");

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

/** Lets PostgreSQL look at what the register holds now, as its daemon would within the next minutes. */
export const analyzeRegister = (tx: Tx): Promise<number> =>
  tx.execute("analyzeRegister", "select analyze_register()");
