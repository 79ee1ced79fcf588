export const AUDIT_OUTCOMES = ["ok", "denied"] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** What a verb says of its own change; id, time and salt are added when it is appended. Nothing in it may be personal data but pids. */
export interface NewAuditEntry {
  /** Where the caller has to know it (a UUIDv7); otherwise one is given. */
  readonly id?: string;
  /** `<room>.<operation in kebab case>`. */
  readonly action: string;
  /** Principal of the caller. */
  readonly actor: string;
  /** Public id of what was changed or read. */
  readonly object?: string;
  readonly fields?: readonly string[];
  readonly purpose?: string;
  readonly basis?: string;
  /** Pids of the persons concerned. */
  readonly subjects?: readonly string[];
  readonly source?: string;
  readonly outcome?: AuditOutcome;
}

/** One entry of the trail, as its readers see it. */
export interface AuditEntry {
  readonly id: string;
  /** Its place in the log, once it has one. */
  readonly leafIndex: number | null;
  readonly at: Date;
  readonly action: string;
  readonly actor: string;
  readonly object: string | null;
  readonly outcome: string;
  readonly purpose: string | null;
  readonly basis: string | null;
}

/** Entries that match every member given; `from` is inclusive, `to` is not. */
export interface AuditCriteria {
  readonly actor?: string;
  readonly action?: string;
  readonly object?: string;
  readonly dataset?: string;
  readonly field?: string;
  /** Any of these pids. */
  readonly subjects?: readonly string[];
  readonly purpose?: string;
  readonly basis?: string;
  readonly outcome?: string;
  readonly from?: Date;
  readonly to?: Date;
}

/** An entry and the exact bytes that are hashed into the log. */
export interface SealedAuditEntry extends NewAuditEntry {
  readonly id: string;
  readonly outcome: AuditOutcome;
  readonly bytes: Buffer;
}

export const MAX_ENTRY_BYTES = 65_535;
