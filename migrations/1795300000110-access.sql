-- Bearer tokens; only the hash of a secret is kept.
create table tokens (
  id           uuid primary key,
  token_hash   bytea not null unique check (octet_length(token_hash) = 32),
  principal    text not null check (length(principal) between 1 and 255),
  roles        text[] not null check (cardinality(roles) > 0),
  service_key  text,
  created_at   timestamptz not null,
  expires_at   timestamptz check (expires_at > created_at),
  revoked_at   timestamptz,
  last_used_at timestamptz,
  check (service_key is not null or not 'service' = any (roles))
);
create index tokens_created on tokens (created_at, id);
