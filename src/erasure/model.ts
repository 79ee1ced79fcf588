/** Words and rules of an erasure: states, outcomes, grades, and the one question that must never be answered too kindly: is the person gone? */

export const ERASURE_STATES = [
  "RECEIVED", "AWAITING_IDENTITY", "PLANNED", "AWAITING_APPROVAL", "COOLING_OFF",
  "RUNNING", "VERIFYING", "CLOSED", "REJECTED", "CANCELLED", "REOPENED",
] as const;
export type ErasureState = (typeof ERASURE_STATES)[number];

export const ERASURE_RESULTS = ["COMPLETE", "COMPLETE_EXCEPT_RETAINED", "INCOMPLETE", "REFUSED"] as const;
export type ErasureResult = (typeof ERASURE_RESULTS)[number];

export const TASK_STATES = [
  "WAITING", "READY", "HELD", "IN_FLIGHT", "ACCEPTED", "ANSWERED", "VERIFYING", "VERIFIED", "DEAD_LETTER", "WAIVED",
] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** Weakest first: the outcome of a task is the weakest of its parts. */
export const OUTCOMES = [
  "FAILED", "UNREACHABLE", "UNSUPPORTED", "DISPUTED", "HELD", "WAIVED", "RETAINED", "ANONYMISED", "ERASED", "NOT_FOUND",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const REGIMES = ["GDPR", "UK_GDPR", "CCPA"] as const;
export type Regime = (typeof REGIMES)[number];

export const CAPACITIES = ["CONTROLLER", "PROCESSOR"] as const;
export type Capacity = (typeof CAPACITIES)[number];

export const PROOF_GRADES = ["G0", "G1", "G2", "G3", "G4"] as const;
export type ProofGrade = (typeof PROOF_GRADES)[number];

export const GAP_REASONS = ["NO_SERVICE", "NO_ENDPOINT", "KIND_NOT_TAKEN", "NO_IDENTIFIER", "TRUNCATED"] as const;
export type GapReason = (typeof GAP_REASONS)[number];

export const NOTICE_KINDS = ["ACKNOWLEDGEMENT", "EXTENSION", "REFUSAL", "COMPLETION", "RECIPIENTS"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export const CERTIFICATE_STATES = ["VALID", "SUPERSEDED", "REVOKED"] as const;
export type CertificateState = (typeof CERTIFICATE_STATES)[number];

/** How long an answer FOUND keeps a dataset's verify handler proven live (grade G3). */
export const LIVENESS_DAYS = 30;

/** One part of a dataset's outcome: some fields, or a class of records, or everything (neither named). */
export interface OutcomePart {
  readonly fields: readonly string[] | null;
  readonly recordClass: string | null;
  readonly outcome: Outcome;
  readonly count: number | null;
  readonly rule: string | null;
  readonly until: Date | null;
  readonly retentionRef: string | null;
}

export const weakest = (outcomes: readonly Outcome[]): Outcome | null =>
  outcomes.length === 0 ? null : OUTCOMES[Math.min(...outcomes.map((outcome) => OUTCOMES.indexOf(outcome)))] ?? null;

export const isFinalTask = (state: TaskState): boolean => state === "VERIFIED" || state === "DEAD_LETTER" || state === "WAIVED";

/** States in which nothing has been ordered destroyed yet. */
const BEFORE_RELEASE: readonly ErasureState[] = ["RECEIVED", "AWAITING_IDENTITY", "PLANNED", "AWAITING_APPROVAL", "COOLING_OFF"];
const ENDED: readonly ErasureState[] = ["CLOSED", "REJECTED", "CANCELLED"];

export const isOpen = (state: ErasureState): boolean => !ENDED.includes(state);
export const isBeforeRelease = (state: ErasureState): boolean => BEFORE_RELEASE.includes(state);

const GONE: ReadonlySet<Outcome> = new Set(["ANONYMISED", "ERASED", "NOT_FOUND"]);
const REQUIRED_GRADE: ProofGrade = "G3";

const reaches = (grade: ProofGrade, required: ProofGrade): boolean => PROOF_GRADES.indexOf(grade) >= PROOF_GRADES.indexOf(required);

interface ConcludedTask {
  readonly state: TaskState;
  readonly grade: ProofGrade;
  readonly parts: readonly { readonly outcome: Outcome }[];
}

/**
 * The result of a request whose tasks are all final. Everything that is not positively shown to be gone makes it INCOMPLETE:
 * a gap, an empty plan, a task without parts, an unverified task, a grade below G3.
 */
export function overallResult(tasks: readonly ConcludedTask[], gaps: number): Exclude<ErasureResult, "REFUSED"> {
  if (gaps > 0 || tasks.length === 0) return "INCOMPLETE";
  const proven = tasks.every((task) => task.state === "VERIFIED" && task.parts.length > 0 && reaches(task.grade, REQUIRED_GRADE));
  if (!proven) return "INCOMPLETE";
  const outcomes = tasks.flatMap((task) => task.parts.map((part) => part.outcome));
  if (outcomes.every((outcome) => GONE.has(outcome))) return "COMPLETE";
  return outcomes.every((outcome) => GONE.has(outcome) || outcome === "RETAINED") ? "COMPLETE_EXCEPT_RETAINED" : "INCOMPLETE";
}

/** What a later verification of one dataset said: the strongest claim of presence in its parts. */
export type Presence = "FOUND" | "RETAINED" | "NOT_FOUND";

/** An absence that counts records contradicts itself and is no absence; nor is it one when nothing was said. */
export function presenceOf(parts: readonly { readonly outcome: string; readonly count: number }[]): Presence {
  if (parts.length === 0 || parts.some(({ outcome, count }) => outcome === "FOUND" || (outcome === "NOT_FOUND" && count > 0))) return "FOUND";
  return parts.some(({ outcome }) => outcome === "RETAINED") ? "RETAINED" : "NOT_FOUND";
}

/**
 * Holds the service's erase answer against its later verify answer. FOUND contradicts every part that claims the person is gone;
 * RETAINED contradicts them unless the erase answer had accounted for something retained. Contradicted parts become DISPUTED.
 */
export function contradict(parts: readonly OutcomePart[], presence: Presence): OutcomePart[] {
  const accounted = parts.some((part) => part.outcome === "RETAINED");
  const contradicted = presence === "FOUND" || (presence === "RETAINED" && !accounted);
  return parts.map((part) => (contradicted && GONE.has(part.outcome) ? { ...part, outcome: "DISPUTED" } : part));
}
