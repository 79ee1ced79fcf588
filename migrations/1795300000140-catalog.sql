-- The catalog: which services, entities and datasets there are, and who owns what. Holds no personal data.
create extension if not exists btree_gist;

create table services (
  key            text        primary key check (key ~ '^[a-z0-9][a-z0-9._-]{0,127}$'),
  name           text        not null check (char_length(name) between 1 and 512),
  team           text,
  executor       text        not null check (executor in ('PARTICIPANT', 'OPENDSR', 'MANUAL')),
  endpoint_url   text,
  -- For receipts, the newest first; every one of them is accepted.
  public_keys    text[]      not null,
  kinds          text[]      not null,
  timeout_ms     integer     not null check (timeout_ms between 100 and 300000),
  -- ISO 8601: how long an erased record may still lie in the service's backups.
  backup_horizon text,
  registered_at  timestamptz not null,
  retired_at     timestamptz
);
create index services_by_team on services (team, key);

create table entities (
  key              text        primary key check (key ~ '^[a-z0-9][a-z0-9._-]{0,127}$'),
  name             text        not null check (char_length(name) between 1 and 512),
  domain           text,
  -- What the entity's system of record issues; a value is unique in the entity.
  identifier_types text[]      not null,
  registered_at    timestamptz not null,
  retired_at       timestamptz
);
create index entities_by_name on entities (lower(name) text_pattern_ops);
create index entities_by_identifier_type on entities using gin (identifier_types);

create table datasets (
  id               integer     primary key generated always as identity,
  namespace        text        not null check (char_length(namespace) between 1 and 512),
  name             text        not null check (char_length(name) between 1 and 512),
  -- Null: merely observed, nobody has claimed it yet.
  service_key      text        references services (key),
  identifier_types text[]      not null,
  -- Follows from the fields; written with them.
  personal         text        not null check (personal in ('PERSONAL', 'NOT_PERSONAL', 'UNCLASSIFIED')),
  registered_at    timestamptz not null,
  -- No longer declared. It stays in every erasure plan: a dropped line is not a dropped table.
  retired_at       timestamptz,
  unique (namespace, name)
);
create index datasets_by_service on datasets (service_key, namespace, name);
create index datasets_by_name on datasets (lower(name) text_pattern_ops);
create index datasets_by_identifier_type on datasets using gin (identifier_types);

create table dataset_entities (
  dataset_id integer not null references datasets (id),
  entity_key text    not null references entities (key),
  primary key (entity_key, dataset_id)
);
create index dataset_entities_by_dataset on dataset_entities (dataset_id);

create table fields (
  dataset_id integer not null references datasets (id),
  position   integer not null,
  name       text    not null check (char_length(name) between 1 and 512),
  type       text,
  -- Null: unclassified. Empty: declared not personal.
  categories text[],
  primary key (dataset_id, name)
);

-- Bitemporal: a row holds for the instants [valid_from, valid_to), as known during [recorded_from, recorded_to). A change closes the
-- current row and adds the next version of the same id; a version superseded in the instant of its own recording was never known.
create table ownership_assignments (
  id            uuid        not null,
  version       integer     not null,
  entity_key    text        not null references entities (key),
  service_key   text        not null references services (key),
  role          text        not null check (role in ('SYSTEM_OF_RECORD', 'WRITER', 'READER', 'REPLICA', 'PROCESSOR', 'RECIPIENT')),
  valid_from    timestamptz not null,
  valid_to      timestamptz,
  recorded_from timestamptz not null,
  recorded_to   timestamptz,
  primary key (id, version),
  check (valid_from <= valid_to),
  check (recorded_from <= recorded_to),
  constraint one_system_of_record exclude using gist (
    entity_key with =, tstzrange(valid_from, valid_to) with &&, tstzrange(recorded_from, recorded_to) with &&
  ) where (role = 'SYSTEM_OF_RECORD'),
  constraint one_assignment_of_a_role exclude using gist (
    entity_key with =, service_key with =, role with =, tstzrange(valid_from, valid_to) with &&, tstzrange(recorded_from, recorded_to) with &&
  )
);
create unique index ownership_assignments_current on ownership_assignments (id) where recorded_to is null;
create index ownership_assignments_by_entity on ownership_assignments (entity_key, recorded_to);
create index ownership_assignments_by_service on ownership_assignments (service_key, recorded_to);

-- Minimum retention as the descriptors declare it, until the retention room governs it.
create table declared_rules (
  key         text primary key check (key ~ '^[a-z0-9][a-z0-9._-]{0,127}$'),
  start_point text not null check (start_point in ('CREATED', 'MODIFIED', 'LAST_ACTIVITY', 'EVENT', 'FIXED_DATE')),
  period      text not null,
  zone        text not null
);

-- Which source declares what, and where in it. An object without a row was registered through the API.
create table declarations (
  -- service:<key>, entity:<key>, dataset:<number>, assignment:<uuid> or rule:<key>
  object   text   primary key,
  source   text   not null check (char_length(source) between 1 and 512),
  -- <line>:<column>
  position text   not null,
  -- The members written there: one that is no longer written falls back to its default.
  members  text[] not null
);
create index declarations_by_source on declarations (source);

-- The latest proof of each kind; from them follows the grade of a dataset.
create table dataset_proofs (
  dataset_id integer primary key references datasets (id),
  receipt_at timestamptz,
  verify_at  timestamptz,
  live_at    timestamptz,
  probe_at   timestamptz
);
