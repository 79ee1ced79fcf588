import type { AuditOutcome } from "./model";

/** What an entry says, as it stands in its bytes (PROTOCOLS.md, "Audit log"). */
export interface EntryMembers {
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly action: string;
  readonly actor: string;
  readonly object?: string;
  readonly fields?: readonly string[];
  readonly purpose?: string;
  readonly basis?: string;
  readonly source?: string;
  readonly outcome: AuditOutcome;
}

/** An entry on its way out. */
export interface ExportedEntry {
  /** Its place in the log; null where it has none yet. */
  readonly leafIndex: number | null;
  /** As they were hashed. */
  readonly bytes: Buffer;
}

/** How entries are written for another system. */
export interface ExportFormat {
  readonly contentType: string;
  readonly fileName: string;
  /** Before the first entry. */
  readonly head?: string;
  /** One entry, with its line end. */
  write(entry: ExportedEntry): string;
}

/**
 * The members that other systems learn: neither the salt, which would let anybody who has the leaf's hash try out what an entry says, nor the
 * pids, which stay within this system.
 */
export function disclosedMembers({ bytes }: ExportedEntry): EntryMembers {
  const { id, time, action, actor, object, fields, purpose, basis, source, outcome } = JSON.parse(bytes.toString("utf8")) as EntryMembers;
  return { id, time, action, actor, object, fields, purpose, basis, source, outcome };
}
