-- Persons, known by a pid that never leaves this database. These are the only tables that hold identifiers.

-- Each person's own data key, wrapped by the installation's key-encrypting key. Deleting the row makes everything sealed under it unreadable.
create table subject_keys (
  pid uuid primary key,
  wrapped_key text not null check (wrapped_key like 'v1.%'),
  created_at timestamptz not null
);

create table subject_identifiers (
  id uuid primary key,
  pid uuid not null references subject_keys (pid) on delete cascade,
  type text not null check (type ~ '^[a-z][a-z0-9_.-]{0,63}$'),
  blind_index bytea not null check (octet_length(blind_index) = 32),
  sealed text not null check (sealed like 'v1.%'),
  status text not null check (status in ('ASSERTED', 'CONFIRMED', 'QUARANTINED')),
  -- Public id of the dataset or service that named it; null where the request itself did.
  from_ref text,
  created_at timestamptz not null,
  unique (pid, type, blind_index)
);

create index subject_identifiers_by_blind_index on subject_identifiers (type, blind_index);

-- One row: a digest under the blind-index key with which this database was begun. Other keys would find nobody.
create table subject_key_proof (
  only_row boolean primary key default true check (only_row),
  digest bytea not null
);
