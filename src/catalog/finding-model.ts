import { badInput } from "../platform/errors";
import { check, type Fault, nameFault } from "./text-model";

/** What can be wrong with the register. UNDECLARED_USE is pushed by the rooms above, the others follow from what the catalog knows. */
export const FINDING_KINDS = [
  "NO_SYSTEM_OF_RECORD", "DEAD_TEAM", "SEVERAL_WRITERS", "NO_SERVICE", "UNCLASSIFIED", "UNPROVEN_ENDPOINT", "LOOKS_PERSONAL", "ATTESTATION_EXPIRED",
  "UNDECLARED_USE",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

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

/** The kinds asked for, all of them by default. Refuses (BAD_USER_INPUT) a text that is none. */
export function findingKinds(asked: readonly string[] | null | undefined): readonly FindingKind[] {
  if (!asked?.every(isFindingKind) && asked) throw badInput(`kind: must be one of ${FINDING_KINDS.join(", ")}`);
  return asked ? FINDING_KINDS.filter((kind) => asked.includes(kind)) : FINDING_KINDS;
}

const isFindingKind = (text: string): text is FindingKind => (FINDING_KINDS as readonly string[]).includes(text);

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
