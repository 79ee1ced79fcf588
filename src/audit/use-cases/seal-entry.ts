import { Refusal } from "../../platform/errors";
import type { Ids } from "../../platform/ids";
import { canonicalBytes } from "../../protocol";
import { MAX_ENTRY_BYTES, type NewAuditEntry, type SealedAuditEntry } from "../model";

/** Keeps a leaf's hash from revealing what the entry says. */
export const SALT_BYTES = 16;

/**
 * Gives what was done at `time` the bytes that are hashed and stored (PROTOCOLS.md, "Audit log").
 * Refuses (TOO_LARGE) an entry of more than 65,535 bytes.
 */
export function sealEntry(ids: Ids, entry: NewAuditEntry, time: Date, id = ids.uuid(), salt = ids.bytes(SALT_BYTES)): SealedAuditEntry {
  const { action, actor, object, fields, purpose, basis, subjects, source, outcome = "ok" } = entry;
  const bytes = canonicalBytes({
    v: 1,
    id,
    time: time.toISOString(),
    action,
    actor,
    object,
    fields,
    purpose,
    basis,
    subjects: subjects?.length ? subjects : undefined,
    source,
    outcome,
    salt: salt.toString("base64"),
  });
  if (bytes.length > MAX_ENTRY_BYTES) {
    throw new Refusal("TOO_LARGE", `audit entry of ${action}: more than ${MAX_ENTRY_BYTES} bytes; send fewer or shorter fields`);
  }
  return { ...entry, id, outcome, bytes };
}
