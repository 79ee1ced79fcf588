import { check, checkEach, exactNameFault, type Fault, nameFault, oneOf, refusalOf } from "./text-model";

/** What can be wrong with the register. */
export const FINDING_KINDS = [
  "NO_SYSTEM_OF_RECORD", "DEAD_TEAM", "SEVERAL_WRITERS", "NO_SERVICE", "RETIRED_SERVICE", "UNCLASSIFIED", "UNPROVEN_ENDPOINT", "LOOKS_PERSONAL", "ATTESTATION_EXPIRED",
  "UNDECLARED_USE", "BROKEN_FACET", "PROPOSED_DISPOSAL", "IDENTITY_CONFLICT",
  "ACCESS_WITHOUT_PURPOSE", "ACCESS_WITHOUT_ROLE", "UNKNOWN_DATASET_ACCESSED",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** What follows from the accesses that services report. */
export type ReportedAccessKind = Extract<FindingKind, "ACCESS_WITHOUT_PURPOSE" | "ACCESS_WITHOUT_ROLE" | "UNKNOWN_DATASET_ACCESSED">;

/** What the rooms above find and report; the register finds the others by itself. */
export type ReportedKind = Extract<FindingKind, "UNDECLARED_USE" | "BROKEN_FACET" | "PROPOSED_DISPOSAL" | "IDENTITY_CONFLICT">;

export const FINDING_STATES = ["OPEN", "ACCEPTED", "RESOLVED"] as const;
export type FindingState = (typeof FINDING_STATES)[number];

/** Something in the register that wants attention. */
export interface Finding {
  readonly id: string;
  readonly kind: FindingKind;
  readonly state: FindingState;
  /** Public id of the entity, service, dataset or field. */
  readonly subject: string;
  readonly message: string;
  /** When the register found it. */
  readonly since: Date;
  readonly resolvedAt: Date | null;
  /** Who took it as it is, why and until when; stays on record when that is over. */
  readonly acceptedBy: string | null;
  readonly acceptedReason: string | null;
  readonly acceptedUntil: Date | null;
  /** A guess, not a fact. */
  readonly suggestion: boolean;
  readonly suggestedCategory: string | null;
  /** Id of the rule that keeps it out of lists. */
  readonly silencedBy: string | null;
}

/** An acceptance that has run out is none: the finding is open at once. */
export function findingState({ resolvedAt, acceptedUntil }: Pick<Finding, "resolvedAt" | "acceptedUntil">, now: Date): FindingState {
  if (resolvedAt !== null) return "RESOLVED";
  return acceptedUntil !== null && acceptedUntil > now ? "ACCEPTED" : "OPEN";
}

/** What is wrong with a text that should be a kind, if anything. */
const kindFault = (kind: string): string | undefined => oneOf(FINDING_KINDS, kind);

/** The kinds asked for; without any asked for, all of them. Refuses (BAD_USER_INPUT) a text that is none. */
export function findingKinds(asked: readonly string[] | null | undefined): readonly FindingKind[] {
  const faults = checkEach(["kind"], asked, FINDING_KINDS.length, kindFault);
  if (faults.length > 0) throw refusalOf(faults);
  return asked ? FINDING_KINDS.filter((kind) => asked.includes(kind)) : FINDING_KINDS;
}

export interface Acceptance {
  readonly reason: string;
  readonly until: Date;
}

const LONGEST_ACCEPTANCE_DAYS = 366;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What is wrong with taking a finding as it is: a reason and an end are mandatory, so that nothing is accepted for good. */
export function acceptanceFaults({ reason, until }: Partial<Acceptance>, now: Date): Fault[] {
  const latest = now.getTime() + LONGEST_ACCEPTANCE_DAYS * DAY_MS;
  return [
    ...check(["reason"], reason ?? "", nameFault),
    ...(until && until > now && until.getTime() <= latest
      ? []
      : [{ path: ["expiresAt"], text: `must be given, in the future and at most ${LONGEST_ACCEPTANCE_DAYS} days away` }]),
  ];
}

/** A rule that keeps findings of a kind out of lists where their subjects match. Of several, a finding counts for the one that lasts longest. */
export interface FindingSilence {
  readonly id: string;
  readonly kind: FindingKind;
  /** With * for any characters. */
  readonly subjectPattern: string;
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  /** Null where it expired. */
  readonly endedBy: string | null;
  readonly endedAt: Date | null;
}

/** What a rule silences, why and until when. */
export interface SilenceInput {
  readonly kind: string;
  readonly subjectPattern: string;
  readonly reason: string;
  /** Without: until somebody ends it. */
  readonly expiresAt?: Date | null;
}

/** What is wrong with a rule by itself. */
export const silenceFaults = ({ kind, subjectPattern, reason, expiresAt }: SilenceInput, now: Date): Fault[] => [
  ...check(["kind"], kind, kindFault),
  ...check(["subjectPattern"], subjectPattern, exactNameFault),
  ...check(["reason"], reason, nameFault),
  ...check(["expiresAt"], expiresAt, (instant) => (instant > now ? undefined : "must be in the future")),
];
