import { addDays, addMonths, dayOf, endOfDay } from "../platform/calendar";
import type { Regime } from "./model";

/** The working days of the controller's place: no weekend, no public holiday. Days are `YYYY-MM-DD`. */
export interface WorkingDays {
  isWorkingDay(day: string): boolean;
}

export interface DeadlineFacts {
  readonly regime: Regime;
  readonly receivedAt: Date;
  /** Proof of identity asked for, and the proof's arrival. */
  readonly identityRequestedAt: Date | null;
  readonly identityVerifiedAt: Date | null;
  /** Set when an extension was recorded, and the earliest sent notice of it. */
  readonly extendedAt: Date | null;
  readonly extensionNoticeAt: Date | null;
}

export interface Deadline {
  /** What we work to; pauses counted where the regime tolerates them. */
  readonly due: Date;
  /** The same without any pause. */
  readonly statutory: Date;
  readonly extended: boolean;
  readonly paused: boolean;
  readonly basis: string;
}

interface Profile {
  readonly basis: string;
  /** The day on which the period that began on `start` ends. */
  end(start: string, extended: boolean): string;
  readonly rolls: boolean;
  /** What doubt about the identity does: adds its days, starts the period anew when the proof arrives, or nothing. */
  readonly pause: "ADDS" | "STARTS" | "NONE";
}

// Counted from the receipt and rolled once: chaining two periods ends too early (28 April instead of 2 May 2023).
const months = (start: string, extended: boolean): string => addMonths(start, extended ? 3 : 1);

const PROFILES: Record<Regime, Profile> = {
  GDPR: { basis: "GDPR Art. 12(3), Regulation (EEC, Euratom) 1182/71 Art. 3", end: months, rolls: true, pause: "ADDS" },
  UK_GDPR: { basis: "UK GDPR Art. 12(3), 12A", end: months, rolls: true, pause: "STARTS" },
  CCPA: { basis: "CCPA Regulations § 7021", end: (start, extended) => addDays(start, extended ? 90 : 45), rolls: false, pause: "NONE" },
};

/** Both dates of a request, at the end of the day in the controller's zone (PROTOCOLS.md, "Clocks"). */
export function deadlineOf(facts: DeadlineFacts, now: Date, zone: string, workingDays: WorkingDays): Deadline {
  const profile = PROFILES[facts.regime];
  const received = dayOf(facts.receivedAt, zone);
  const finish = (day: string): Date => endOfDay(profile.rolls ? nextWorkingDay(day, workingDays) : day, zone);

  const started = facts.identityRequestedAt === null ? null : dayOf(facts.identityRequestedAt, zone);
  const paused = started !== null && facts.identityVerifiedAt === null && profile.pause !== "NONE";
  const resumed = dayOf(facts.identityVerifiedAt ?? now, zone);

  const working = (extended: boolean): Date => {
    if (started === null || profile.pause === "NONE") return finish(profile.end(received, extended));
    if (profile.pause === "STARTS") return finish(profile.end(later(resumed, received), extended));
    return finish(addDays(profile.end(received, extended), Math.max(0, daysBetween(started, resumed))));
  };
  const extended = facts.extendedAt !== null && facts.extensionNoticeAt !== null && facts.extensionNoticeAt <= working(false);
  return { due: working(extended), statutory: finish(profile.end(received, extended)), extended, paused, basis: profile.basis };
}

function nextWorkingDay(day: string, workingDays: WorkingDays): string {
  let candidate = day;
  while (!workingDays.isWorkingDay(candidate)) candidate = addDays(candidate, 1);
  return candidate;
}

const later = (one: string, other: string): string => (one > other ? one : other);

const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
