import { Temporal } from "temporal-polyfill";

/** Calendar arithmetic in a time zone (ISO 8601 durations, IANA zones). An hour that occurs twice means the later instant, as in PostgreSQL. */

export function isDuration(text: string): boolean {
  try {
    return Temporal.Duration.from(text).sign >= 0;
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

/** `start + period` on the wall clock of `zone`: months clamp to the last day, then time units are added exactly. */
export function addPeriod(start: Date, period: string, zone = "UTC"): Date {
  const wall = zoned(start, zone).toPlainDateTime();
  const { years, months, weeks, days, ...time } = fields(Temporal.Duration.from(period));
  const dateMoved = wall.add({ years, months, weeks, days });
  return new Date(dateMoved.toZonedDateTime(zone, { disambiguation: "later" }).add(time).epochMilliseconds);
}

/** The calendar day, `YYYY-MM-DD`, on which the instant falls in `zone`. */
export const dayOf = (instant: Date, zone: string): string => zoned(instant, zone).toPlainDate().toString();

/** Adds calendar months to a day: same day number, or the last day of a shorter month (Reg. 1182/71 Art. 3(2)(c)). */
export const addMonths = (day: string, months: number): string => Temporal.PlainDate.from(day).add({ months }).toString();

export const addDays = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

/** Monday = 1 … Sunday = 7. */
export const weekday = (day: string): number => Temporal.PlainDate.from(day).dayOfWeek;

/** 23:59:59.999 of the day in `zone`. */
export function endOfDay(day: string, zone: string): Date {
  const next = Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(zone);
  return new Date(next.epochMilliseconds - 1);
}

const zoned = (instant: Date, zone: string) => Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone);

function fields(duration: Temporal.Duration) {
  const { years, months, weeks, days, hours, minutes, seconds, milliseconds } = duration;
  return { years, months, weeks, days, hours, minutes, seconds, milliseconds };
}
