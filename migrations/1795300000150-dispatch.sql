-- Orders to services and their delivery. An order's body is rendered when it is claimed and never stored: no table here holds an identifier.

create table orders (
  id           uuid        primary key,
  owner        text        not null,
  owner_ref    uuid        not null,
  service_key  text        not null references services (key),
  kind         text        not null check (kind in ('discover', 'erase', 'verify', 'recall', 'hold', 'release', 'restrict', 'sweep', 'export', 'notify', 'plant', 'check')),
  dry_run      boolean     not null,
  reason       text,
  details      jsonb       not null,
  -- The deadline shown to the service.
  due_at       timestamptz,
  -- Not to be sent before.
  send_at      timestamptz not null,
  recall_of    uuid        references orders (id),
  state        text        not null check (state in ('QUEUED', 'IN_FLIGHT', 'ACCEPTED', 'ANSWERED', 'DEAD', 'SUSPENDED', 'WITHDRAWN', 'RECALLED')),
  -- Claims so far; stands in the body.
  attempts     integer     not null default 0 check (attempts >= 0),
  last_error   text,
  dead_reason  text        check (dead_reason in ('NINE_FAILURES', 'GONE')),
  created_at   timestamptz not null,
  accepted_at  timestamptz,
  permitted_at timestamptz,
  recalled_at  timestamptz,
  finished_at  timestamptz,
  check ((state = 'DEAD') = (dead_reason is not null)),
  check ((state in ('ANSWERED', 'WITHDRAWN', 'RECALLED')) = (finished_at is not null)),
  check ((kind = 'recall') = (recall_of is not null))
);
create index orders_by_owner on orders (owner, owner_ref);

create table order_datasets (
  order_id   uuid    not null references orders (id),
  dataset_id integer not null references datasets (id),
  primary key (order_id, dataset_id)
);

-- The hot table: one row for each order that may still be sent. Finished and suspended orders have none.
create table order_queue (
  order_id    uuid        primary key references orders (id),
  service_key text        not null,
  due_at      timestamptz not null,
  -- Claims so far: what an attempt brings back counts only while its number stands here.
  attempt     integer     not null,
  -- Failed attempts in a row.
  failures    integer     not null,
  -- 202 answers so far.
  polls       integer     not null default 0,
  -- A recalled order is not sent again while its recall has no answer.
  recalled    boolean     not null default false,
  lease_until timestamptz,
  lease_owner uuid,
  check ((lease_until is null) = (lease_owner is null))
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
create index order_queue_due on order_queue (service_key, due_at) where not recalled;
create index order_queue_leased on order_queue (service_key) where lease_until is not null;

-- What all workers must agree on before they call a service.
create table endpoints (
  service_key       text             primary key references services (key),
  max_in_flight     integer          not null default 8 check (max_in_flight > 0),
  -- Token bucket. By default it lets a mass of requests pass: calls in flight are what a service feels first.
  rate_per_second   double precision not null default 100 check (rate_per_second > 0),
  burst             integer          not null default 10000 check (burst > 0),
  tokens            double precision not null default 10000,
  refilled_at       timestamptz      not null,
  -- Breaker: [{"minute", "calls", "failures"}] of the last minutes, openings in a row, end of the pause.
  recent_calls      jsonb            not null default '[]',
  openings          integer          not null default 0,
  open_until        timestamptz,
  retry_after_until timestamptz,
  stopped_at        timestamptz,
  stop_reason       text             check (stop_reason in ('OPERATOR', 'GONE')),
  check ((stopped_at is null) = (stop_reason is null))
);

-- Why operators stopped and resumed services; who and when stands in the audit log too. A note is sealed under a key of its own.
create table endpoint_decisions (
  id          uuid        primary key,
  service_key text        not null references services (key),
  decision    text        not null check (decision in ('STOP', 'RESUME')),
  code        text        not null,
  note        text,
  note_key    text,
  decided_at  timestamptz not null,
  check ((note is null) = (note_key is null))
);
create index endpoint_decisions_by_service on endpoint_decisions (service_key);

-- Signed final answers. The body is left out where it carried identities; its digest stays.
create table receipts (
  order_id          uuid        primary key references orders (id),
  received_at       timestamptz not null,
  webhook_timestamp bigint      not null,
  signature         text        not null,
  body_sha256       bytea       not null check (length(body_sha256) = 32),
  body              bytea
);
