import type { Tx } from "../../platform/database/sql";
import { Refusal } from "../../platform/errors";
import { canonicalBytes } from "../../protocol";
import { MAX_ENTRY_BYTES, type NewAuditEntry, type SealedAuditEntry } from "../model";
import { insertAuditEntries } from "../storage/audit-store";

const SALT_BYTES = 16;

/** Appends the entry of a change, in the transaction of that change. */
export const appendAuditEntry = (tx: Tx, entry: NewAuditEntry): Promise<void> => appendAuditEntries(tx, [entry]);

/**
 * Appends entries in their order, all at the transaction's instant, with one statement; none for an empty list.
 * Refuses (TOO_LARGE) an entry of more than 65,535 bytes. Writes audit_inbox, audit_entry_facts, audit_entry_subjects.
 */
export async function appendAuditEntries(tx: Tx, entries: readonly NewAuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await insertAuditEntries(tx, entries.map((entry) => seal(tx, entry)));
}

/** Format: PROTOCOLS.md, "Audit log". The salt keeps a leaf's hash from revealing what the entry says. */
function seal(tx: Tx, entry: NewAuditEntry): SealedAuditEntry {
  const { action, actor, object, fields, purpose, basis, subjects, source, outcome = "ok" } = entry;
  const id = tx.ids.uuid();
  const bytes = canonicalBytes({
    v: 1,
    id,
    time: tx.now.toISOString(),
    action,
    actor,
    object,
    fields,
    purpose,
    basis,
    subjects: subjects?.length ? subjects : undefined,
    source,
    outcome,
    salt: tx.ids.bytes(SALT_BYTES).toString("base64"),
  });
  if (bytes.length > MAX_ENTRY_BYTES) {
    throw new Refusal("TOO_LARGE", `audit entry of ${action}: more than ${MAX_ENTRY_BYTES} bytes; send fewer or shorter fields`);
  }
  return { ...entry, id, outcome, bytes };
}
