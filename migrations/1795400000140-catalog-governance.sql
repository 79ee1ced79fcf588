-- The catalog as a register: what formats tell beyond the first members, teams, transfers, findings, attestations, coverage.

alter table services add column description text;
-- What the service's descriptor says and the register has no column for, by the names of its format.
alter table services add column properties json not null default '{}';

alter table entities add column description text;

alter table datasets add column description text;
-- Where it physically lies: a server, a path, a region.
alter table datasets add column physical_location text;
-- As its owner grades it (public, internal, confidential, …): a word of the company's own.
alter table datasets add column sensitivity text;
alter table datasets add column properties json not null default '{}';
-- Of all its fields, each with those that it lies under; follows from the fields, written with them. A tenth of the fields' entries to search.
alter table datasets add column categories text[] not null default '{}';
update datasets set categories = coalesce((
  select array_agg(distinct array_to_string(path.steps[:step], '.'))
  from fields f cross join unnest(f.categories) as category
  cross join lateral (select string_to_array(category, '.') as steps) as path cross join generate_subscripts(path.steps, 1) as step
  where f.dataset_id = datasets.id), '{}');
create index datasets_by_category on datasets using gin (categories);

alter table fields add column description text;
alter table fields add column sensitivity text;

-- Groups of people who own services. A team of which no row exists was never declared, and is not doubted.
create table teams (
  key           text        primary key check (char_length(key) between 1 and 512),
  name          text        not null check (char_length(name) between 1 and 512),
  registered_at timestamptz not null,
  retired_at    timestamptz
);

-- A place is printed in full, since a source may be made of many files: <path>:<line>:<column>.
update declarations set position = source || ':' || position;

-- The system of record of an entity changes hands: one principal proposes, another accepts.
create table ownership_transfers (
  id               uuid        primary key,
  entity_key       text        not null references entities (key),
  from_service_key text        not null references services (key),
  to_service_key   text        not null references services (key),
  -- The assignment that ends, and when it held as far as was known when the transfer was proposed.
  assignment_id    uuid        not null,
  assignment_valid_from timestamptz not null,
  assignment_valid_to   timestamptz,
  effective_at     timestamptz not null,
  state            text        not null check (state in ('PROPOSED', 'ACCEPTED', 'DECLINED', 'WITHDRAWN')),
  proposed_by      text        not null,
  proposed_at      timestamptz not null,
  decided_by       text,
  decided_at       timestamptz,
  reason           text,
  check ((state = 'PROPOSED') = (decided_at is null)),
  check (from_service_key <> to_service_key)
);
create index ownership_transfers_by_entity on ownership_transfers (entity_key, proposed_at desc, id desc);
create index ownership_transfers_by_time on ownership_transfers (proposed_at desc, id desc);

-- What the owner of an entity still owes; the rooms above open and close them.
create table obligations (
  id         uuid        primary key,
  entity_key text        not null references entities (key),
  kind       text        not null,
  -- What is owed to: an erasure request, for one.
  object     text        not null,
  opened_at  timestamptz not null,
  closed_at  timestamptz
);
create unique index obligations_open on obligations (entity_key, kind, object) where closed_at is null;
create index obligations_by_object on obligations (kind, object) where closed_at is null;

-- Rules that silence noise: findings of a kind about subjects that match a pattern are kept, but left out of lists.
create table finding_silences (
  id              uuid        primary key,
  kind            text        not null,
  -- With * for any characters; and the same as LIKE writes it.
  subject_pattern text        not null,
  subject_like    text        not null,
  reason          text        not null,
  created_by      text        not null,
  created_at      timestamptz not null,
  expires_at      timestamptz,
  -- Null beside ended_at: it expired.
  ended_by        text,
  ended_at        timestamptz
);
create unique index finding_silences_in_force on finding_silences (kind, md5(subject_pattern)) where ended_at is null;
create index finding_silences_by_time on finding_silences (created_at desc, id desc);
create index finding_silences_to_expire on finding_silences (expires_at) where ended_at is null;

-- Something in the register that wants attention. A finding that ceases to be true is resolved, never deleted; if it comes back, it is a new one.
create table findings (
  id          uuid        primary key,
  kind        text        not null,
  -- Public id of the entity, service, dataset or field.
  subject     text        not null,
  -- What it belongs to, for matrix and lists.
  entity_key  text        references entities (key),
  service_key text        references services (key),
  dataset_id  integer     references datasets (id),
  message     text        not null,
  since       timestamptz not null,
  resolved_at timestamptz,
  -- Set while somebody has accepted it; from accepted_until on it is open again.
  accepted_by     text,
  accepted_reason text,
  accepted_until  timestamptz,
  -- The rule in force that keeps it out of lists; of several, the one that lasts longest.
  silenced_by uuid        references finding_silences (id),
  -- A guess (a field whose name looks personal), not a fact.
  suggestion  boolean     not null default false,
  details     jsonb       not null default '{}'
);
create unique index findings_unresolved on findings (md5(subject), kind) where resolved_at is null;
create index findings_resolved_by_subject on findings (md5(subject)) where resolved_at is not null;
create index findings_by_dataset on findings (dataset_id) where dataset_id is not null;
create index findings_by_entity on findings (entity_key) where entity_key is not null;
create index findings_by_service on findings (service_key) where service_key is not null;
-- Each list that can be asked for lies in its own order, however long the others are.
create index findings_listed on findings (kind, since desc, id desc) where resolved_at is null and silenced_by is null;
create index findings_silenced on findings (kind, since desc, id desc) where resolved_at is null and silenced_by is not null;
create index findings_accepted on findings (kind, since desc, id desc) where resolved_at is null and accepted_until is not null;
create index findings_resolved on findings (kind, since desc, id desc) where resolved_at is not null;
create index findings_by_silence on findings (silenced_by) where resolved_at is null and silenced_by is not null;

-- When time alone may change the findings of an entity or dataset next: an assignment begins or ends, a proof grows old, an attestation expires.
create table finding_rechecks (
  entity_key text        unique references entities (key),
  dataset_id integer     unique references datasets (id),
  due_at     timestamptz not null,
  check (num_nonnulls(entity_key, dataset_id) = 1)
);
create index finding_rechecks_due on finding_rechecks (due_at);

-- That a dataset's content is anonymous: proposed by its owner, confirmed by a second person, for a while.
create table attestations (
  id           uuid        primary key,
  dataset_id   integer     not null references datasets (id),
  method       text        not null,
  expires_at   timestamptz not null,
  proposed_by  text        not null,
  proposed_at  timestamptz not null,
  confirmed_by text,
  confirmed_at timestamptz,
  -- A later one took its place, or the dataset changed.
  ended_at     timestamptz
);
-- One is in force while the next is proposed.
create unique index attestations_proposed on attestations (dataset_id) where ended_at is null and confirmed_at is null;
create unique index attestations_confirmed on attestations (dataset_id) where ended_at is null and confirmed_at is not null;

-- Coverage as it stood at the end of each day (UTC) on which it was looked at; service_key '' is the whole company.
create table coverage_days (
  day         date    not null,
  service_key text    not null,
  total       integer not null,
  in_scope    integer not null,
  g0          integer not null,
  g1          integer not null,
  g2          integer not null,
  g3          integer not null,
  g4          integer not null,
  primary key (service_key, day)
);

-- The matrix lists first what has no system of record, then what has several writers: both are told from an index alone.
create index ownership_assignments_systems_of_record on ownership_assignments (entity_key, recorded_to) include (valid_from, valid_to, recorded_from)
  where role = 'SYSTEM_OF_RECORD';
create index ownership_assignments_writers on ownership_assignments (entity_key, recorded_to) include (valid_from, valid_to, recorded_from)
  where role = 'WRITER';
