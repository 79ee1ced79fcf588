-- A certificate's file gets the proof that its entry stands in the audit log, once, as soon as a checkpoint covers the entry.
-- entry_id: the entry of its issue; null for certificates from before there was a log.
alter table erasure_certificates add column entry_id uuid, add column proven_at timestamptz;
create index erasure_certificates_unproven on erasure_certificates (id) where entry_id is not null and proven_at is null;
