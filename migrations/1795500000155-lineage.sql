-- Where data flows, and where it has ever flown. Holds no personal data: names of datasets, fields and jobs, and what producers say of them.

-- Jobs take their numbers from the datasets' sequence: flows then lead from number to number, whatever stands at their ends.
create table jobs (
  id            integer     primary key default nextval('datasets_id_seq'),
  namespace     text        not null check (char_length(namespace) between 1 and 2048),
  name          text        not null check (char_length(name) between 1 and 2048),
  -- The newest JobEvent or deletion: what was observed of the job before ends there in the picture.
  cut_at        timestamptz,
  deleted_at    timestamptz,
  -- Explicit lineage begins or ends at it: what it reads and writes is then in custody as flows into and out of the job.
  is_end        boolean     not null default false,
  first_seen_at timestamptz not null,
  last_event_at timestamptz not null
);
create unique index jobs_named on jobs (md5(name), md5(namespace));

-- What JobEvents have ever given to their jobs, as job_runs tells of runs.
create table job_shapes (
  job_id     integer     not null references jobs (id),
  dataset_id integer     not null,
  is_output  boolean     not null,
  first_at   timestamptz not null,
  last_at    timestamptz not null,
  primary key (job_id, dataset_id, is_output)
);

create table job_runs (
  id         bigint      primary key generated always as identity,
  job_id     integer     not null references jobs (id),
  -- As the producer names it: a UUID by the specification, any text in practice.
  run_id     text        not null check (char_length(run_id) between 1 and 512),
  -- COMPLETE is stronger than FAIL and ABORT, these than OPEN, in whatever order they come.
  state      text        not null check (state in ('OPEN', 'COMPLETE', 'FAIL', 'ABORT')),
  -- Of the earliest and the latest of its events.
  first_at   timestamptz not null,
  last_at    timestamptz not null,
  -- Of its START, and of what ended it.
  started_at timestamptz,
  ended_at   timestamptz,
  -- What all its events together name.
  inputs     integer[]   not null default '{}',
  outputs    integer[]   not null default '{}',
  -- Those of which its events state explicit or column lineage.
  explicit_outputs integer[] not null default '{}',
  column_outputs   integer[] not null default '{}',
  -- Every flow that they have ever stated, three numbers for each: from, to, and 4 for column lineage plus its passages.
  told       integer[]   not null default '{}',
  facets     json        not null default '{}',
  unique (job_id, run_id)
);
create index job_runs_open on job_runs (job_id) where state = 'OPEN';
-- What runs that go on may write; the expression is that of custody-queries.ts.
create index job_runs_writing on job_runs using gin ((outputs || explicit_outputs || column_outputs)) where state = 'OPEN';
create index job_runs_latest on job_runs (job_id, first_at desc, id desc);

-- The picture: a flow holds during [valid_from, valid_to). An empty interval: it never did (its run failed).
create table flows (
  id         integer     primary key generated always as identity,
  -- Numbers of datasets or jobs.
  from_id    integer     not null,
  to_id      integer     not null,
  -- 0: no job is known.
  job_id     integer     not null default 0,
  provenance text        not null check (provenance in ('EXPLICIT', 'COLUMN', 'RUN', 'DECLARED')),
  -- The open run that it is shown for; 0: it does not hang on any.
  run        bigint      not null default 0,
  -- Bit 1: from_id is a job; bit 2: to_id is a job. Walks pass through jobs: they stand for inputs x outputs that are too many to write down.
  passages   smallint    not null default 0,
  -- All that flows is masked.
  masking    boolean     not null default false,
  -- Field by field it is told in field_flows; of a declaration: and only so, it is not declared between the datasets themselves.
  columns    boolean     not null default false,
  valid_from timestamptz not null,
  valid_to   timestamptz not null default 'infinity',
  changed_by xid8        not null,
  check (valid_from <= valid_to),
  -- Deferrable: one statement changes many rows, and only at its end they are unique again.
  unique (from_id, to_id, job_id, provenance, run, valid_to) deferrable
);
create index flows_to on flows (to_id);
create index flows_of_job on flows (job_id) where job_id <> 0;
create index flows_of_run on flows (run) where run <> 0;
create index flows_changed on flows (changed_by);

-- Custody: every flow ever observed or declared, by whatever run and granularity. Nothing is ever taken out or made smaller, but
-- that a declaration, which lasts for ever while it stands, has lasted until it was retired.
create table custody_flows (
  id         integer     primary key generated always as identity,
  from_id    integer     not null,
  to_id      integer     not null,
  job_id     integer     not null default 0,
  provenance text        not null check (provenance in ('EXPLICIT', 'COLUMN', 'RUN', 'DECLARED')),
  passages   smallint    not null default 0,
  -- Event times, none later than its receipt. last_at is infinity while a declaration stands.
  first_at   timestamptz not null,
  last_at    timestamptz not null,
  -- Latest instant, as sent, of what counts for the picture: completed runs, events of jobs and datasets.
  -- Of declarations: when the present one began. Null: only runs that did not complete.
  stands_at  timestamptz,
  changed_by xid8        not null,
  check (first_at <= last_at),
  unique (from_id, to_id, job_id, provenance)
);
create index custody_flows_to on custody_flows (to_id);
create index custody_flows_changed on custody_flows (changed_by);

-- Fields as ends of flows; the name '' is the whole dataset, whose fields are all affected.
create table field_nodes (
  id         integer primary key generated always as identity,
  dataset_id integer not null references datasets (id),
  name       text    not null check (char_length(name) <= 512),
  unique (dataset_id, name)
);

-- As flows, between field_nodes. WITHIN: from the whole dataset to each of its fields.
create table field_flows (
  id         integer     primary key generated always as identity,
  from_id    integer     not null references field_nodes (id),
  to_id      integer     not null references field_nodes (id),
  job_id     integer     not null default 0,
  provenance text        not null check (provenance in ('EXPLICIT', 'COLUMN', 'DECLARED', 'WITHIN')),
  run        bigint      not null default 0,
  -- Bit 1: from_id is a whole dataset; bit 2: to_id is one.
  passages   smallint    not null default 0,
  masking    boolean     not null default false,
  -- It only has an influence (filter, join, order): no content is carried.
  indirect   boolean     not null default false,
  transformations json   not null default '[]',
  valid_from timestamptz not null,
  valid_to   timestamptz not null default 'infinity',
  changed_by xid8        not null,
  check (valid_from <= valid_to),
  -- Deferrable: one statement changes many rows, and only at its end they are unique again.
  unique (from_id, to_id, job_id, provenance, run, valid_to) deferrable
);
create index field_flows_to on field_flows (to_id);
create index field_flows_of_job on field_flows (job_id) where job_id <> 0;
create index field_flows_of_run on field_flows (run) where run <> 0;
create index field_flows_changed on field_flows (changed_by);

-- What is stated of an output (number of a dataset or job) by a job (0: by none): since when and until when last better lineage than
-- inputs x outputs was stated, and when what was stated before was deleted (of job 0 also: replaced by a DatasetEvent).
create table stated_outputs (
  job_id        integer not null,
  output_id     integer not null,
  explicit_at   timestamptz,
  explicit_last timestamptz,
  explicit_cut  timestamptz,
  column_at     timestamptz,
  column_last   timestamptz,
  column_cut    timestamptz,
  primary key (job_id, output_id)
);

-- Facets of datasets and jobs, known or not, as last sent.
create table kept_facets (
  -- Number of a dataset or job.
  node_id  integer     not null,
  kind     text        not null check (kind in ('DATASET', 'INPUT', 'OUTPUT', 'JOB')),
  name     text        not null check (char_length(name) between 1 and 512),
  facet    json        not null,
  event_at timestamptz not null,
  primary key (node_id, kind, name)
);

-- The latest completed run that wrote a dataset.
create table dataset_freshness (
  dataset_id integer     primary key,
  written_at timestamptz not null,
  run        bigint      not null
);

-- That a dataset was emptied; the only thing that ends custody.
create table disposals (
  id          uuid        primary key,
  dataset_id  integer     not null references datasets (id),
  -- Numbers that it speaks of: what the dataset was when this was recorded. Of a former name, which is used again, that name's alone.
  covers      integer[]   not null,
  -- Of a former name: when it became one. What came under it until then went with the dataset that was renamed.
  renamed_at  timestamptz,
  kind        text        not null check (kind in ('DROPPED', 'TRUNCATED', 'REBUILT')),
  at          timestamptz not null,
  evidence    text,
  recorded_by text        not null,
  recorded_at timestamptz not null
);
create index disposals_by_dataset on disposals (dataset_id, at desc);

-- Known facets that broke their schema and were set aside, by producer.
create table set_aside_facets (
  producer text        not null,
  facet    text        not null,
  count    bigint      not null,
  -- JSON path of the last one's first fault.
  last_path text       not null,
  last_at  timestamptz not null
);
create unique index set_aside_facets_by_producer on set_aside_facets (md5(producer), md5(facet));

-- Events taken over HTTP, until the minute's audit entry is written; one row for each process, so that none waits for another.
create table ingest_minutes (
  minute     timestamptz not null,
  token      text        not null,
  process    uuid        not null,
  principal  text        not null,
  received   integer     not null,
  successful integer     not null,
  failed     integer     not null,
  primary key (minute, token, process)
);
