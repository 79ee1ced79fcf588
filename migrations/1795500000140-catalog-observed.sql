-- What lineage tells the register: fields and datasets that were merely observed, names that mean one dataset, what lies in custody.

-- Seen in the data's flow and not declared by anybody: stays when declarations change, becomes declared when one names it.
alter table fields add column observed boolean not null default false;

-- Event time of the schema that last changed its observed fields: an older one that comes late takes nothing back.
alter table datasets add column schema_at timestamptz;

-- This row is another name of that dataset, which is merged into none itself.
alter table datasets add column merged_into integer references datasets (id);
alter table datasets add constraint not_merged_into_itself check (merged_into <> id);
create index datasets_by_merge on datasets (merged_into) where merged_into is not null;

-- It may hold copies of personal or unclassified data, whatever is declared of its own fields; the lineage room says so.
alter table datasets add column in_custody boolean not null default false;
create index datasets_in_custody on datasets (id) where in_custody;

-- How a dataset came to be another name of one, or ceased to be.
create table dataset_identities (
  dataset_id integer     primary key references datasets (id),
  -- Itself, once it was taken apart again.
  root_id    integer     not null references datasets (id),
  -- What it was merged into at first hand, of which root_id is the root; or what it was taken from.
  parent_id  integer     not null references datasets (id),
  reason     text        not null check (reason in ('MERGE', 'SYMLINK', 'RENAME', 'ALIAS', 'UNDONE')),
  -- Fields that the root has had from it, and gives back if the two are taken apart.
  brought    text[]      not null default '{}',
  -- Categories that fields of the root had before it got those of this one's fields of the same names as well, by name.
  classified jsonb       not null default '{}',
  -- Its name before, which it gets back from whichever row has it by then.
  came_namespace text,
  came_name  text,
  -- What a person has taken it apart from; events do not make them one again.
  apart_from integer[]   not null default '{}',
  decided_by text        not null,
  decided_at timestamptz not null,
  changed_by xid8        not null
);
create index dataset_identities_by_root on dataset_identities (root_id);
create index dataset_identities_by_parent on dataset_identities (parent_id);
create index dataset_identities_changed on dataset_identities (changed_by);

-- Two namespaces that are one place: names in the first are names in the second.
create table namespace_aliases (
  alias     text        primary key check (char_length(alias) between 1 and 512),
  namespace text        not null check (char_length(namespace) between 1 and 512),
  added_by  text        not null,
  added_at  timestamptz not null,
  check (alias <> namespace)
);
