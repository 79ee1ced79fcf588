-- Examinations of endpoints (checkEndpoint): what the last one of each found, and what those under way need.

create table endpoint_checks (
  service_key  text        primary key references services (key),
  -- What was examined: the report says nothing of another address.
  endpoint_url text        not null,
  at           timestamptz not null,
  passed       boolean     not null,
  -- [{"name", "passed", "message"}]: names of checks and datasets, outcomes, no values.
  checks       json        not null
);

-- One at a time for each service; the row goes when it ends.
create table examinations (
  service_key text        primary key references services (key),
  id          uuid        not null unique,
  -- Whoever has not renewed it by then has died.
  lease_until timestamptz not null
);

-- Orders about made-up people, for which a receipt may come or a permit be asked while their examination lasts.
create table examined_orders (
  id              uuid        primary key,
  examination_id  uuid        not null references examinations (id) on delete cascade,
  -- What an answer is held against: {"orderId", "kind", "dryRun", "datasets"}.
  asked           json        not null,
  -- Whether the service may destroy what the order names, should it ask.
  permitted       boolean     not null,
  permit_asked_at timestamptz,
  -- What its receipt answered; without identities.
  answer          json
);
create index examined_orders_by_examination on examined_orders (examination_id);
