import { addPeriod, dayOf, startOfDay } from "../platform/calendar";

/** How long a rule keeps data: `period` (ISO 8601) from the start point, in calendar arithmetic of `zone` (IANA). */
export interface RetentionTerm {
  readonly period: string;
  readonly zone: string;
  /** END_OF_YEAR: the period begins only with the next calendar year. */
  readonly alignment?: "NONE" | "END_OF_YEAR";
}

/** What a service says of data it keeps. Both are a day (`YYYY-MM-DD`, in the rule's zone) or an RFC 3339 instant. */
export interface ClaimedRetention {
  readonly retentionStart: string;
  readonly retainedUntil: string;
}

/** The instant until which the rule keeps data: start + period, only ever computed in this direction (`now - period` errs by a day). */
export function recomputeRetention({ period, zone, alignment = "NONE" }: RetentionTerm, start: Date): Date {
  return addPeriod(alignment === "END_OF_YEAR" ? nextYear(start, zone) : start, period, zone);
}

/** Until when the rule keeps the data by our own arithmetic, if that is the calendar day that was claimed. An unknown rule keeps nothing. */
export function upheldUntil(rule: RetentionTerm | undefined, claim: ClaimedRetention): Date | undefined {
  if (rule === undefined) return undefined;
  const start = instantOf(claim.retentionStart, rule.zone);
  const claimed = instantOf(claim.retainedUntil, rule.zone);
  if (start === undefined || claimed === undefined) return undefined;
  const until = recomputeRetention(rule, start);
  return dayOf(until, rule.zone) === dayOf(claimed, rule.zone) ? until : undefined;
}

function nextYear(start: Date, zone: string): Date {
  const year = Number(dayOf(start, zone).slice(0, 4)) + 1;
  return startOfDay(`${year}-01-01`, zone);
}

/** A day without a time is that day in the rule's zone, not in UTC. */
function instantOf(text: string, zone: string): Date | undefined {
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime())) return undefined;
  return DAY.test(text) ? startOfDay(text, zone) : instant;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
