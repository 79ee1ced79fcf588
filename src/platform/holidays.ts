import type HolidayCalendar from "date-holidays";
import { addDays, weekday } from "./calendar";

const HOUR_MS = 3_600_000;

/** The working days of one place. Days are `YYYY-MM-DD`. */
export interface WorkingDays {
  isWorkingDay(day: string): boolean;
}

/**
 * Monday to Friday without the public holidays of a country or region such as `DE`, `DE-BY` or `GB-ENG`; without a code no day is a holiday.
 * Throws if the code is unknown.
 */
export function createWorkingDays(code?: string): WorkingDays {
  const isHoliday = code === undefined ? () => false : publicHolidays(code);
  return { isWorkingDay: (day) => weekday(day) < 6 && !isHoliday(day) };
}

/** Whether the public holidays of this country or region are known. */
export function isHolidayCode(code: string): boolean {
  const [country = "", state, region, ...rest] = code.split("-");
  const all = new (loadCalendar())();
  // The library would take the whole country where it does not know the region.
  return (
    rest.length === 0 &&
    Object.hasOwn(all.getCountries(), country) &&
    (state === undefined || Object.hasOwn(all.getStates(country) ?? {}, state)) &&
    (state === undefined || region === undefined || Object.hasOwn(all.getRegions(country, state) ?? {}, region))
  );
}

function publicHolidays(code: string): (day: string) => boolean {
  if (!isHolidayCode(code)) throw new Error(`the public holidays of ${code} are not known`);
  const [country, state, region] = code.split("-") as [string, string, string];
  const calendar = new (loadCalendar())(country, state, region);
  const years = new Map<string, ReadonlySet<string>>();
  return (day) => {
    const year = day.slice(0, 4);
    const days = years.get(year) ?? new Set(calendar.getHolidays(Number(year)).flatMap(daysOf));
    years.set(year, days);
    return days.has(day);
  };
}

/** Whole days only: half a day off is a working day. The day on which summer time begins has 23 hours. */
function daysOf({ type, date, start, end }: { type: string; date: string; start: Date; end: Date }): string[] {
  if (type !== "public") return [];
  const wholeDays = Math.floor((end.getTime() - start.getTime() + HOUR_MS) / (24 * HOUR_MS));
  return Array.from({ length: wholeDays }, (_none, index) => addDays(date.slice(0, 10), index));
}

/** Loaded only where a code is configured: the rules of all countries take 13 MB. */
const loadCalendar = () => require("date-holidays") as typeof HolidayCalendar;
