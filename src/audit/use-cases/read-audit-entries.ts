import { checkPage, type Page, type PageRequest } from "../../platform/database/keyset";
import type { Deps } from "../../platform/deps";
import { findPidsByIdentifiers, type Identifier } from "../../subjects";
import type { AuditCriteria, AuditEntry } from "../model";
import { findAuditEntry, listAuditEntries } from "../storage/audit-queries";
import { appendAuditEntry } from "./append-audit-entries";
import { checkedCriteria } from "./checked-criteria";

export interface ReadAuditEntries extends PageRequest {
  readonly actor: string;
  readonly criteria: Omit<AuditCriteria, "subjects">;
  /** Only entries about the person known by this. */
  readonly identifier?: Identifier;
  readonly newestFirst: boolean;
}

/**
 * Reads a page of the trail. Refuses (BAD_USER_INPUT) a page size out of range, a malformed identifier, and criteria that nothing can meet.
 * Writes one entry of the reading, about the person if one was looked up; it is not yet part of this page.
 */
export async function readAuditEntries(deps: Deps, query: ReadAuditEntries): Promise<Page<AuditEntry>> {
  checkPage(query);
  const { actor, identifier } = query;
  const criteria = checkedCriteria(query.criteria);
  return deps.transaction(async (tx) => {
    const subjects = identifier && (await findPidsByIdentifiers(tx, [identifier]));
    const page = await listAuditEntries(tx, { ...criteria, subjects }, query);
    await appendAuditEntry(tx, { action: "audit.audit-entries", actor, subjects });
    return page;
  });
}

/** Reads one entry; undefined, and nothing written, if there is none of this id. Writes an entry of the reading. */
export async function readAuditEntry(deps: Deps, { id, actor }: { id: string; actor: string }): Promise<AuditEntry | undefined> {
  return deps.transaction(async (tx) => {
    const entry = await findAuditEntry(tx, id);
    if (entry !== undefined) await appendAuditEntry(tx, { action: "audit.audit-entry", actor, object: id });
    return entry;
  });
}
