import type { Tx } from "../../platform/database/sql";
import type { SealedAuditEntry } from "../model";

/**
 * Writes entries with all that they are searched by, in one statement, which is answered with the commit. The bytes go to the inbox, where the sequencer
 * finds them.
 */
export function insertAuditEntries(tx: Tx, entries: readonly SealedAuditEntry[]): void {
  const rows = entries.map(({ bytes, ...facts }) => ({ ...facts, entry: bytes.toString("base64") }));
  tx.send(
    "insertAuditEntries",
    `with new_entry as (
       select * from json_to_recordset($1) as row (id uuid, entry text, action text, actor text, object text, fields text[],
                                                   purpose text, basis text, subjects uuid[], source text, outcome text)
     ), inbox as (
       insert into audit_inbox (id, entry, recorded_at)
       select id, decode(entry, 'base64'), $2 from new_entry
     ), facts as (
       insert into audit_entry_facts (id, at, action, actor, object, fields, purpose, basis, source, outcome)
       select id, $2, action, actor, object, fields, purpose, basis, source, outcome from new_entry
     )
     insert into audit_entry_subjects (pid, entry_id)
     select distinct pid, id from new_entry, unnest(subjects) as pid`,
    [JSON.stringify(rows), tx.now],
  );
}
