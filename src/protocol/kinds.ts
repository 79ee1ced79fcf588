/** Every instruction that Cadastre can send. A service states in its descriptor which of them it takes. */
export const ORDER_KINDS = [
  "discover", "erase", "verify", "recall", "hold", "release", "restrict", "sweep", "export", "notify", "plant", "check",
] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];

const ACKNOWLEDGED = ["DONE", "UNSUPPORTED", "FAILED"] as const;

/** What a service may answer to each kind; anything else is a malformed answer. */
export const OUTCOMES = {
  discover: ["FOUND", "NOT_FOUND", "RETAINED"],
  erase: ["ERASED", "ANONYMISED", "NOT_FOUND", "RETAINED", "UNSUPPORTED", "FAILED"],
  verify: ["FOUND", "NOT_FOUND", "RETAINED"],
  recall: ["RECALLED", "ALREADY_DONE"],
  hold: ACKNOWLEDGED,
  release: ACKNOWLEDGED,
  restrict: ACKNOWLEDGED,
  sweep: ["HIDDEN", "PURGED", "RESTORED", "HELD"],
  export: ACKNOWLEDGED,
  notify: ACKNOWLEDGED,
  plant: ACKNOWLEDGED,
  check: ACKNOWLEDGED,
} as const satisfies Record<OrderKind, readonly string[]>;
export type AnswerOutcome<Kind extends OrderKind = OrderKind> = (typeof OUTCOMES)[Kind][number];

/** Grounds on which a service may keep data that it was told to erase: GDPR Art. 17(3), OpenDSR's names. */
export const RETENTION_REASONS = [
  "freedom_of_expression", "legal_obligation", "public_health_interest", "archival", "legal_claims", "no_grounds_for_deletion_request",
] as const;
export type RetentionReason = (typeof RETENTION_REASONS)[number];

export const IDENTITY_FORMATS = ["raw", "sha1", "md5", "sha256"] as const;
export type IdentityFormat = (typeof IDENTITY_FORMATS)[number];

export const REGULATIONS = ["gdpr", "uk_gdpr", "ccpa"] as const;
export type Regulation = (typeof REGULATIONS)[number];

export const SWEEP_PHASES = ["hide", "purge", "restore"] as const;
export type SweepPhase = (typeof SWEEP_PHASES)[number];
