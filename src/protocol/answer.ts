import type { AnswerOutcome, OrderKind, RetentionReason } from "./kinds";
import type { DatasetName, Identity } from "./order";

/** What became of one part of a dataset: some fields, a class of records, or (neither given) all of it. */
export interface AnswerPart<Outcome extends string = AnswerOutcome> {
  readonly fields?: readonly string[];
  readonly recordClass?: string;
  readonly outcome: Outcome;
  /** Records concerned. */
  readonly count: number;
  /** `2026-11`, where a sweep counts by month. */
  readonly month?: string;
  /** Salted digest of what was disposed of; the salt stays with the service. */
  readonly digest?: string;
  readonly retentionReason?: RetentionReason;
  /** Key of the rule under which the data is kept. It, start and end are mandatory for RETAINED: Cadastre recomputes the end. */
  readonly retentionRule?: string;
  readonly retentionStart?: string;
  readonly retainedUntil?: string;
  /** Opaque to Cadastre; comes back in `retention_refs` when the time is over. */
  readonly retentionRef?: string;
}

export interface DatasetResult extends DatasetName {
  readonly parts: readonly AnswerPart[];
}

export type FoundIdentity = Pick<Identity, "identity_type" | "identity_value">;

/** The service's final word on an order, synchronous or as a later receipt; always signed with its v1a key. */
export interface Answer {
  readonly orderId: string;
  readonly kind: OrderKind;
  readonly dryRun: boolean;
  readonly observedAt: string;
  /** Every dataset of the order exactly once. */
  readonly results: readonly DatasetResult[];
  /** discover only: further identifiers of the same person, of types that the service declared. */
  readonly identities?: readonly FoundIdentity[];
}
