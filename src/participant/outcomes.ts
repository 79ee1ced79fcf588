import type { AnswerPart, FoundIdentity, RetentionReason } from "../protocol";

/** Which part of a dataset is meant, where it is not all of it; plus what a sweep adds as evidence. */
export type PartDetails = Pick<AnswerPart, "fields" | "recordClass" | "month" | "digest">;

export interface Retention extends PartDetails {
  readonly count: number;
  /** Key of the rule, as registered with Cadastre, which recomputes `until` from `start`. */
  readonly rule: string;
  readonly start: string;
  readonly until: string;
  readonly reason?: RetentionReason;
  /** Opaque; comes back in `retention_refs` at `until`, when the person's identifiers may be long gone. */
  readonly ref?: string;
}

/** An answer to discover that also tells further identifiers of the person. */
export interface Discovery {
  readonly parts: readonly AnswerPart<"FOUND" | "NOT_FOUND" | "RETAINED">[];
  readonly identities: readonly FoundIdentity[];
}

/** "I have taken the order; `participant.complete` will tell the outcome." */
export interface Accepted {
  readonly accepted: true;
}

/** Nothing there is NOT_FOUND, so `erased(rowCount)` is true for every count. */
export const erased = (count: number, details?: PartDetails): AnswerPart<"ERASED" | "NOT_FOUND"> =>
  count === 0 ? notFound(details) : part("ERASED", count, details);
export const anonymised = (count: number, details?: PartDetails): AnswerPart<"ANONYMISED" | "NOT_FOUND"> =>
  count === 0 ? notFound(details) : part("ANONYMISED", count, details);
export const found = (count: number, details?: PartDetails): AnswerPart<"FOUND" | "NOT_FOUND"> =>
  count === 0 ? notFound(details) : part("FOUND", count, details);
export const notFound = (details?: PartDetails): AnswerPart<"NOT_FOUND"> => part("NOT_FOUND", 0, details);

export const discovered = (count: number, identities: readonly FoundIdentity[], details?: PartDetails): Discovery =>
  ({ parts: [found(count, details)], identities });

export function retained({ count, rule, start, until, reason, ref, ...details }: Retention): AnswerPart<"RETAINED"> {
  return {
    ...part("RETAINED", count, details),
    retentionRule: rule, retentionStart: start, retainedUntil: until, retentionReason: reason, retentionRef: ref,
  };
}

export const recalled = (): AnswerPart<"RECALLED"> => part("RECALLED", 0);
export const alreadyDone = (): AnswerPart<"ALREADY_DONE"> => part("ALREADY_DONE", 0);

export const hidden = (count: number, details?: PartDetails): AnswerPart<"HIDDEN"> => part("HIDDEN", count, details);
export const purged = (count: number, details?: PartDetails): AnswerPart<"PURGED"> => part("PURGED", count, details);
export const restored = (count: number, details?: PartDetails): AnswerPart<"RESTORED"> => part("RESTORED", count, details);
export const held = (count: number, details?: PartDetails): AnswerPart<"HELD"> => part("HELD", count, details);

export const done = (count: number, details?: PartDetails): AnswerPart<"DONE"> => part("DONE", count, details);
export const unsupported = (): AnswerPart<"UNSUPPORTED"> => part("UNSUPPORTED", 0);
/** The order was tried and will not succeed by trying again; for what may pass, throw instead. */
export const failed = (count: number, details?: PartDetails): AnswerPart<"FAILED"> => part("FAILED", count, details);

export const accepted = (): Accepted => ({ accepted: true });

function part<Outcome extends string>(outcome: Outcome, count: number, details?: PartDetails): AnswerPart<Outcome> {
  // Drivers say null or undefined where they do not know how many rows they touched: that must not become an answer.
  if (!Number.isSafeInteger(count) || count < 0) throw new TypeError(`${outcome}: the count must be a whole number of records, 0 or more`);
  return { ...details, outcome, count };
}
