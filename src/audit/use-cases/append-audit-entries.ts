import type { Tx } from "../../platform/database/sql";
import type { NewAuditEntry } from "../model";
import { insertAuditEntries } from "../storage/audit-store";
import { sealEntry } from "./seal-entry";

/** Appends the entry of a change, in the transaction of that change. */
export const appendAuditEntry = (tx: Tx, entry: NewAuditEntry): Promise<void> => appendAuditEntries(tx, [entry]);

/**
 * Appends entries in their order, all at the transaction's instant, with one statement; none for an empty list.
 * Refuses (TOO_LARGE) an entry of more than 65,535 bytes. Writes audit_inbox, audit_entry_facts, audit_entry_subjects.
 */
export async function appendAuditEntries(tx: Tx, entries: readonly NewAuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  insertAuditEntries(tx, entries.map((entry) => sealEntry(tx.ids, entry, tx.now, entry.id)));
}
