import { appendAuditEntry } from "../../audit";
import type { Tx } from "../../platform/database/sql";
import { forgetAccessed, shredSubject } from "../../subjects";
import type { ErasureRequest } from "../storage/erasure-queries";
import { SYSTEM } from "./system-actor";

/**
 * Forgets, as an erasure closes, who its subject was: what leads from the person's identifiers to the pids in the audit log is deleted, and the key
 * under which the identifiers and notes are sealed is destroyed. Entries keep the pids, which point to nobody from now on, so that every proof
 * still verifies. What stays is the suppression ledger, by keyed digest. Other requests of the same person have subjects of their own.
 * Writes: deletes accessed_subjects, subject_keys, subject_identifiers; one audit entry (`subject.erased`) about all these pids.
 */
export async function forgetPerson(tx: Tx, request: Pick<ErasureRequest, "id" | "pid">): Promise<void> {
  const accessed = await forgetAccessed(tx, request.pid);
  await shredSubject(tx, request.pid);
  await appendAuditEntry(tx, { action: "subject.erased", actor: SYSTEM, object: request.id, subjects: [request.pid, ...accessed] });
}
