-- An entry's exact bytes wait here until the sequencer gives them their leaf index.
create table audit_inbox (
  id          uuid primary key,
  entry       bytea not null check (octet_length(entry) between 1 and 65535),
  recorded_at timestamptz not null
);

-- What entries are searched by; a row stays where it is when its entry gets an index.
create table audit_entry_facts (
  id      uuid primary key,
  at      timestamptz not null,
  action  text not null,
  actor   text not null,
  object  text,
  fields  text[],
  purpose text,
  basis   text,
  outcome text not null check (outcome in ('ok', 'denied'))
);
create index audit_entry_facts_time on audit_entry_facts (at, id);
create index audit_entry_facts_action on audit_entry_facts (action, at, id);
create index audit_entry_facts_actor on audit_entry_facts (actor, at, id);
-- By hash: the id of a dataset may be longer than an index entry may be.
create index audit_entry_facts_object on audit_entry_facts (hashtextextended(object, 0), at, id) where object is not null;
create index audit_entry_facts_denied on audit_entry_facts (at, id) where outcome = 'denied';

-- Pids only: which person a pid stands for is known to the subjects room until it forgets.
create table audit_entry_subjects (
  pid      uuid not null,
  entry_id uuid not null references audit_entry_facts (id) on delete cascade,
  primary key (pid, entry_id)
);
create index audit_entry_subjects_entry on audit_entry_subjects (entry_id);
