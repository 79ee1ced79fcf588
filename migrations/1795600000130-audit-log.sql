-- The tamper-evident log: what is written in the inbox gets its place here, and a Merkle tree (RFC 6962) stands over it.

-- One row. Who gives indexes updates it in a transaction that does nothing else after it, so that indexes have no gaps and follow the commits.
create table audit_log (
  only_row boolean primary key default true check (only_row),
  -- Name of the log in its checkpoints; settled when the first one is signed, and never changed.
  origin text check (origin ~ '^[^\s+]{1,255}$'),
  next_index bigint not null default 0 check (next_index >= 0)
);
insert into audit_log default values;

-- One row. Who builds tiles and signs holds its lock. `size`: the leaves in the tiles.
create table audit_tree (
  only_row boolean primary key default true check (only_row),
  size bigint not null default 0 check (size >= 0)
);
insert into audit_tree default values;

-- Entries in their order; the bytes are those that were hashed.
create table audit_entries (
  leaf_index bigint primary key check (leaf_index >= 0),
  id uuid not null unique,
  entry bytea not null check (octet_length(entry) between 1 and 65535)
);
alter table audit_entries alter column entry set storage main;

-- Hashes of 256 subtrees each of 256^level leaves (C2SP tlog-tiles). Only the last tile of a level grows. Level 0, the leaf hashes, stays for ever.
create table audit_tiles (
  level smallint not null check (level between 0 and 7),
  tile bigint not null check (tile >= 0),
  hashes bytea not null check (octet_length(hashes) between 32 and 8192 and octet_length(hashes) % 32 = 0),
  primary key (level, tile)
);
alter table audit_tiles alter column hashes set storage external;

create table audit_checkpoints (
  size bigint primary key check (size >= 0),
  root bytea not null check (octet_length(root) = 32),
  -- The signed note, without cosignatures.
  note text not null,
  signed_at timestamptz not null
);
create index audit_checkpoints_time on audit_checkpoints (signed_at, size);

-- Signature lines of witnesses.
create table audit_cosignatures (
  size bigint not null references audit_checkpoints on delete cascade,
  witness text not null,
  line text not null check (line like '— %'),
  received_at timestamptz not null,
  primary key (size, witness)
);

-- [from_index, to_index): entries that retention took away. Each range is named by an entry of the log.
create table audit_dropped_ranges (
  from_index bigint primary key check (from_index >= 0),
  to_index bigint not null check (to_index > from_index),
  logged_by uuid not null,
  dropped_at timestamptz not null
);

-- Logs of others that we witness: the newest checkpoint of each that we have cosigned.
create table witnessed_logs (
  origin text primary key,
  size bigint not null check (size >= 0),
  root bytea not null check (octet_length(root) = 32),
  note text not null,
  cosigned_at timestamptz not null
);

-- Which reported accesses are recorded already: a digest of who reported and the event's id.
create table access_event_ids (
  digest bytea primary key check (octet_length(digest) = 16),
  entry_id uuid not null
);
create index access_event_ids_entry on access_event_ids (entry_id);

-- What was reported, counted by the day of the access (UTC): who reports at all, and what nobody has a purpose or a role for.
create table access_tallies (
  day date not null,
  -- `service:<key>` of the token that reported, else its principal.
  reporter text not null,
  dataset text not null,
  allowed bigint not null default 0,
  denied bigint not null default 0,
  without_purpose bigint not null default 0,
  last_at timestamptz not null,
  reported_at timestamptz not null
);
-- By hash: the id of a dataset may be longer than an index entry may be.
create unique index access_tallies_place on access_tallies (reporter, hashtextextended(dataset, 0), day);
create index access_tallies_day on access_tallies (day);

alter table audit_entry_facts add column source text;
-- Of entries from before there was a log: all of them wait in the inbox.
update audit_entry_facts f set source = convert_from(i.entry, 'UTF8')::jsonb ->> 'source'
  from audit_inbox i where i.id = f.id and convert_from(i.entry, 'UTF8')::jsonb ? 'source';

-- Append-only, whoever is connected. Entries leave only by ranges that are logged, their facts only after them.
create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only: % of % is refused', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$;

create trigger audit_entries_append_only before update or truncate on audit_entries for each statement execute function refuse_audit_change();
create trigger audit_entry_facts_append_only before update or truncate on audit_entry_facts for each statement execute function refuse_audit_change();
create trigger audit_entry_subjects_append_only before update or truncate on audit_entry_subjects for each statement execute function refuse_audit_change();
create trigger audit_inbox_append_only before update or truncate on audit_inbox for each statement execute function refuse_audit_change();
create trigger audit_checkpoints_append_only before update or delete or truncate on audit_checkpoints for each statement execute function refuse_audit_change();
create trigger audit_cosignatures_append_only before update or delete or truncate on audit_cosignatures for each statement execute function refuse_audit_change();
create trigger audit_dropped_ranges_append_only before update or delete or truncate on audit_dropped_ranges for each statement execute function refuse_audit_change();
create trigger audit_tiles_stay before delete or truncate on audit_tiles for each statement execute function refuse_audit_change();
create trigger audit_log_stays before delete or truncate on audit_log for each statement execute function refuse_audit_change();
create trigger audit_tree_stays before delete or truncate on audit_tree for each statement execute function refuse_audit_change();

create function refuse_unlogged_drop() returns trigger language plpgsql as $$
begin
  if exists (
    -- The ranges do not overlap: only the nearest below can hold it.
    select from gone where gone.leaf_index >= coalesce(
      (select r.to_index from audit_dropped_ranges r where r.from_index <= gone.leaf_index order by r.from_index desc limit 1), 0)
  ) then
    raise exception 'the audit log is append-only: entries outside a logged range are not deleted' using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
create trigger audit_entries_dropped_by_range after delete on audit_entries
  referencing old table as gone for each statement execute function refuse_unlogged_drop();

create function refuse_unsequenced_removal() returns trigger language plpgsql as $$
begin
  if exists (select from gone where not exists (select from audit_entries e where e.id = gone.id)) then
    raise exception 'the audit log is append-only: an entry leaves the inbox only for its place in the log' using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
create trigger audit_inbox_sequenced after delete on audit_inbox
  referencing old table as gone for each statement execute function refuse_unsequenced_removal();

create function refuse_forgetting_entries() returns trigger language plpgsql as $$
begin
  if exists (
    select from gone where exists (select from audit_entries e where e.id = gone.id) or exists (select from audit_inbox i where i.id = gone.id)
  ) then
    raise exception 'the audit log is append-only: facts of an entry that stands are not deleted' using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
create trigger audit_entry_facts_with_entry after delete on audit_entry_facts
  referencing old table as gone for each statement execute function refuse_forgetting_entries();

create function refuse_forgetting_subjects() returns trigger language plpgsql as $$
begin
  if exists (select from gone where exists (select from audit_entry_facts f where f.id = gone.entry_id)) then
    raise exception 'the audit log is append-only: whom an entry that stands concerns is not deleted' using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
create trigger audit_entry_subjects_with_entry after delete on audit_entry_subjects
  referencing old table as gone for each statement execute function refuse_forgetting_subjects();

-- Search at any size. Entries of one combination lie together in time order, and combinations are few: what no single index narrows is narrowed
-- among them. Objects without a name in the register (requests, tokens) stay outside, or each entry would be a combination of its own.
create function object_in_register(object text) returns text language sql immutable parallel safe
  return case when object ~ '^(dataset|service|entity|job):' then object end;
alter table audit_entry_facts add column combination bigint not null generated always as (
  hash_array_extended(array[action, actor, object_in_register(object), purpose, basis, outcome] || fields, 0)
) stored;
create index audit_entry_facts_combination on audit_entry_facts (combination, at, id);
create index audit_entry_facts_purpose on audit_entry_facts (purpose, at, id) where purpose is not null;
-- Accesses are most of the log: those of one action are found by time.
drop index audit_entry_facts_action;
create index audit_entry_facts_action on audit_entry_facts (action, at, id) where action <> 'access.data';

-- Each combination that entries have; seldom twice, where two transactions met it at once. Written by the trigger, and by nobody else.
create table audit_combinations (
  combination bigint not null,
  -- Hashes of what these entries say, `actor ada`, `field email`: two texts of one hash find too much, never too little.
  terms       bigint[] not null
);
create index audit_combinations_known on audit_combinations (combination);
create index audit_combinations_terms on audit_combinations using gin (terms) with (fastupdate = off);

create function audit_terms(action text, actor text, object text, fields text[], purpose text, basis text, outcome text) returns bigint[]
language sql immutable parallel safe as $$
  select array_remove(array[
    hashtextextended('action ' || action, 0), hashtextextended('actor ' || actor, 0), hashtextextended('object ' || object_in_register(object), 0),
    hashtextextended('purpose ' || purpose, 0), hashtextextended('basis ' || basis, 0), hashtextextended('outcome ' || outcome, 0)
  ], null) || array(select hashtextextended('field ' || field, 0) from unnest(fields) as field where field is not null)
$$;
create function note_combinations() returns trigger language plpgsql as $$
begin
  insert into audit_combinations (combination, terms)
  select n.combination, n.terms
  from (
    select distinct a.combination, audit_terms(a.action, a.actor, a.object, a.fields, a.purpose, a.basis, a.outcome) as terms
    from added a
  ) as n
  -- Offset: a look-up for each, however few combinations there were when this was planned.
  where not exists (select from audit_combinations c where c.combination = n.combination and c.terms = n.terms offset 0);
  return null;
end $$;
create trigger audit_entry_facts_combined after insert on audit_entry_facts
  referencing new table as added for each statement execute function note_combinations();
insert into audit_combinations (combination, terms)
select distinct f.combination, audit_terms(f.action, f.actor, f.object, f.fields, f.purpose, f.basis, f.outcome) from audit_entry_facts f;
create trigger audit_combinations_append_only before update or truncate on audit_combinations for each statement execute function refuse_audit_change();
create function refuse_hiding_entries() returns trigger language plpgsql as $$
begin
  if exists (select from gone where exists (select from audit_entry_facts f where f.combination = gone.combination)) then
    raise exception 'the audit log is append-only: a combination of entries that stand is not deleted' using errcode = 'insufficient_privilege';
  end if;
  return null;
end $$;
create trigger audit_combinations_with_entries after delete on audit_combinations
  referencing old table as gone for each statement execute function refuse_hiding_entries();
