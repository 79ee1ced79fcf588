import { Temporal } from "temporal-polyfill";

/** Calendar arithmetic in a time zone (ISO 8601 durations, IANA zones). An hour that occurs twice means the later instant, as in PostgreSQL. */

/** Beyond this an instant plus a period may lie past the end of the calendar. */
const LONGEST_YEARS = 1000;

export function isDuration(text: string): boolean {
  try {
    const duration = Temporal.Duration.from(text);
    return duration.sign >= 0 && duration.total({ unit: "years", relativeTo: "1970-01-01" }) <= LONGEST_YEARS;
  } catch {
    return false;
  }
}

export function isZone(text: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * `start + period` as PostgreSQL adds an interval: first years and months on the wall clock of `zone` (clamped to the last day of a shorter
 * month), then weeks and days, then hours and less as exact time. A wall time that does not exist moves on by the length of the gap.
 */
export function addPeriod(start: Date, period: string, zone = "UTC"): Date {
  const { years, months, weeks, days, hours, minutes, seconds, milliseconds } = Temporal.Duration.from(period);
  const inMonth = moveOnWallClock(zoned(start, zone), { years, months });
  const onDay = moveOnWallClock(inMonth, { weeks, days });
  return new Date(onDay.add({ hours, minutes, seconds, milliseconds }).epochMilliseconds);
}

/** The calendar day, `YYYY-MM-DD`, on which the instant falls in `zone`. */
export const dayOf = (instant: Date, zone: string): string => zoned(instant, zone).toPlainDate().toString();

/** Adds calendar months to a day: same day number, or the last day of a shorter month (Reg. 1182/71 Art. 3(2)(c)). */
export const addMonths = (day: string, months: number): string => Temporal.PlainDate.from(day).add({ months }).toString();

export const addDays = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

/** Monday = 1 … Sunday = 7. */
export const weekday = (day: string): number => Temporal.PlainDate.from(day).dayOfWeek;

/** The first instant of the day in `zone`: 00:00, or later where that does not exist. */
export const startOfDay = (day: string, zone: string): Date => new Date(Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds);

/** 23:59:59.999 of the day in `zone`. */
export const endOfDay = (day: string, zone: string): Date => new Date(startOfDay(addDays(day, 1), zone).getTime() - 1);

const zoned = (instant: Date, zone: string) => Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone);

function moveOnWallClock(from: Temporal.ZonedDateTime, by: Temporal.DurationLike): Temporal.ZonedDateTime {
  const duration = Temporal.Duration.from(by);
  // Without this a start in the first of two equal hours would jump to the second.
  if (duration.blank) return from;
  return from.toPlainDateTime().add(duration).toZonedDateTime(from.timeZoneId, { disambiguation: "later" });
}
