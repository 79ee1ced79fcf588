-- Persons whose data was accessed, as far as services report it: by keyed index only, nothing sealed, nothing to be read back.
-- Deleting a row makes the pid in the audit log point to nobody.
create table accessed_subjects (
  type text not null check (type ~ '^[a-z][a-z0-9_.-]{0,63}$'),
  blind_index bytea not null check (octet_length(blind_index) = 32),
  pid uuid not null,
  created_at timestamptz not null,
  primary key (type, blind_index)
);
create index accessed_subjects_by_pid on accessed_subjects (pid);
