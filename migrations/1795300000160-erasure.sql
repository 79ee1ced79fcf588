-- The erasure room. Identifiers are not here: they are sealed in subject_identifiers, reached by pid.

create table erasure_requests (
  id uuid primary key,
  pid uuid not null,
  state text not null check (state in ('RECEIVED', 'AWAITING_IDENTITY', 'PLANNED', 'AWAITING_APPROVAL', 'COOLING_OFF', 'RUNNING',
    'VERIFYING', 'CLOSED', 'REJECTED', 'CANCELLED', 'REOPENED')),
  result text check (result in ('COMPLETE', 'COMPLETE_EXCEPT_RETAINED', 'INCOMPLETE', 'REFUSED')),
  external_ref text unique,
  regime text not null check (regime in ('GDPR', 'UK_GDPR', 'CCPA')),
  ground text,
  capacity text not null check (capacity in ('CONTROLLER', 'PROCESSOR')),
  received_at timestamptz not null,
  submitted_at timestamptz not null,
  submitted_by text not null,
  identity_requested_at timestamptz,
  identity_verified_at timestamptz,
  -- The last proof that did not suffice.
  identity_failed_at timestamptz,
  extended_at timestamptz,
  due_at timestamptz not null,
  linked_to uuid references erasure_requests,
  plan_version integer not null default 0,
  -- The identifiers (by id) with which the last plan was drawn and asked.
  planned_identifiers uuid[] not null default '{}',
  approved_by text,
  approved_at timestamptz,
  releasable_at timestamptz,
  released_at timestamptz,
  certificate_id uuid,
  closed_at timestamptz,
  -- An identifier was added or confirmed: the plan has to be drawn again.
  replan boolean not null default false,
  -- When a worker has to look at this request next; null: only an event can move it.
  advance_at timestamptz,
  -- Grows with every change a watcher may want to see.
  revision integer not null default 0,
  check ((state = 'CLOSED') = (closed_at is not null)),
  check (state <> 'CLOSED' or result is not null),
  check (released_at is null or approved_at is not null)
);
create index erasure_requests_to_advance on erasure_requests (advance_at) where advance_at is not null;
create index erasure_requests_by_pid on erasure_requests (pid);
create index erasure_requests_by_time on erasure_requests (submitted_at, id);
create index erasure_requests_by_due on erasure_requests (due_at) where state not in ('CLOSED', 'REJECTED', 'CANCELLED');
create index erasure_requests_linked on erasure_requests (linked_to) where linked_to is not null;
create index erasure_requests_approved on erasure_requests (approved_at) where approved_at is not null;

create table erasure_tasks (
  id uuid primary key,
  request_id uuid not null references erasure_requests,
  dataset_id integer not null references datasets,
  service_key text not null references services,
  state text not null check (state in ('WAITING', 'READY', 'HELD', 'IN_FLIGHT', 'ACCEPTED', 'ANSWERED', 'VERIFYING', 'VERIFIED',
    'DEAD_LETTER', 'WAIVED')),
  path text[] not null,
  reason text not null,
  -- The identifier types of the person with which this dataset can be asked.
  identifier_types text[] not null,
  grade text not null default 'G0' check (grade in ('G0', 'G1', 'G2', 'G3', 'G4')),
  attempts integer not null default 0,
  last_error text,
  recall text check (recall in ('RECALLED', 'ALREADY_DONE')),
  erase_order_id uuid,
  verify_order_id uuid,
  answered_at timestamptz,
  -- The last verification after the erase answer.
  verified_at timestamptz,
  backups_until timestamptz,
  unique (request_id, dataset_id),
  check (state <> 'VERIFIED' or (answered_at is not null and verified_at is not null))
);
create index erasure_tasks_by_erase_order on erasure_tasks (erase_order_id) where erase_order_id is not null;
create index erasure_tasks_verifying on erasure_tasks (dataset_id) where state = 'VERIFYING';

create table erasure_task_parts (
  task_id uuid not null references erasure_tasks on delete cascade,
  position integer not null,
  fields text[],
  record_class text,
  outcome text not null check (outcome in ('FAILED', 'UNREACHABLE', 'UNSUPPORTED', 'DISPUTED', 'HELD', 'WAIVED', 'RETAINED',
    'ANONYMISED', 'ERASED', 'NOT_FOUND')),
  count integer,
  rule text,
  retained_until timestamptz,
  retention_ref text,
  primary key (task_id, position),
  check (outcome <> 'RETAINED' or (rule is not null and retained_until is not null))
);

create table erasure_verifications (
  task_id uuid not null references erasure_tasks on delete cascade,
  order_id uuid not null,
  at timestamptz not null,
  method text not null check (method in ('VERIFY_BEFORE', 'VERIFY_AFTER')),
  answer text not null check (answer in ('FOUND', 'RETAINED', 'NOT_FOUND')),
  primary key (task_id, order_id)
);

create table erasure_gaps (
  request_id uuid not null references erasure_requests,
  -- Public id of the place: a dataset, or an entity whose recipients were not told.
  place text not null,
  reason text not null check (reason in ('NO_SERVICE', 'NO_ENDPOINT', 'KIND_NOT_TAKEN', 'NO_IDENTIFIER', 'TRUNCATED')),
  path text[] not null,
  primary key (request_id, place, reason)
);

-- Orders that have to be answered, or at least tried, before a person is asked to approve; discovery closes before anything is destroyed.
create table erasure_planning_orders (
  order_id uuid primary key,
  request_id uuid not null references erasure_requests,
  step text not null check (step in ('DISCOVER', 'CONFIRM', 'VERIFY_BEFORE')),
  service_key text not null,
  depth integer not null default 1,
  tried boolean not null default false,
  concluded text check (concluded in ('ANSWERED', 'DEAD'))
);
create index erasure_planning_orders_by_request on erasure_planning_orders (request_id);

-- Why people rejected, cancelled and extended requests; who and when stands in the audit log too. A note is sealed under the key of the person.
create table erasure_decisions (
  id uuid primary key,
  request_id uuid not null references erasure_requests,
  decision text not null check (decision in ('REJECT', 'CANCEL', 'EXTEND')),
  code text not null,
  note text,
  decided_at timestamptz not null
);
create index erasure_decisions_by_request on erasure_decisions (request_id);

create table erasure_notices (
  id uuid primary key,
  request_id uuid not null references erasure_requests,
  kind text not null check (kind in ('ACKNOWLEDGEMENT', 'EXTENSION', 'REFUSAL', 'COMPLETION', 'RECIPIENTS')),
  sent_at timestamptz not null,
  channel text not null,
  recorded_at timestamptz not null,
  recorded_by text not null,
  unique (request_id, kind, sent_at, channel)
);

-- Who asked to be forgotten, as digests. Data of these people collected up to erased_through must not come back.
create table suppressions (
  request_id uuid not null references erasure_requests,
  identifier_type text not null,
  blind_index bytea not null,
  scope text,
  erased_through timestamptz not null,
  lifted_at timestamptz,
  primary key (request_id, identifier_type, blind_index)
);
create index suppressions_by_identifier on suppressions (blind_index, identifier_type);

create table erasure_certificates (
  id uuid primary key,
  request_id uuid not null references erasure_requests,
  issued_at timestamptz not null,
  result text not null check (result in ('COMPLETE', 'COMPLETE_EXCEPT_RETAINED', 'INCOMPLETE')),
  -- SHA-256 over what the certificate says apart from its id and times: an unchanged finding issues no new one.
  finding bytea not null,
  -- The exact RFC 8785 bytes of the file.
  file bytea not null,
  status text not null check (status in ('VALID', 'SUPERSEDED', 'REVOKED')),
  superseded_by uuid references erasure_certificates
);
create unique index erasure_certificates_one_valid on erasure_certificates (request_id) where status = 'VALID';

-- A person who does not exist, planted to prove that a service's verify handler really looks.
create table sentinels (
  id uuid primary key,
  service_key text not null references services,
  dataset_ids integer[] not null,
  -- Where the service said that it planted; null until it has answered.
  planted_ids integer[],
  identifier_types text[] not null,
  state text not null check (state in ('PLANTING', 'LOOKING', 'REMOVING', 'REMOVED', 'FAILED')),
  started_at timestamptz not null,
  ended_at timestamptz
);
create index sentinels_by_service on sentinels (service_key, started_at);
