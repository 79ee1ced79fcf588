const INSTANT = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?(?:\[[\w/+-]+\])?$/;

const FIRST_YEAR = 1900;
const LAST_YEAR = 3000;
const MINUTE_MS = 60_000;

/**
 * The instant that an ISO 8601 text names: without a zone in UTC, cut to milliseconds; undefined where it names none between the years 1900
 * and 3000. Java writes whole minutes without seconds and may add the zone's name.
 */
export function readInstant(text: string): Date | undefined {
  const [, year, month, day, hour, minute, second = "0", fraction = "", zulu, sign, zoneHours = "0", zoneMinutes = "0"] = INSTANT.exec(text) ?? [];
  if (year === undefined || Number(year) < FIRST_YEAR || Number(year) > LAST_YEAR) return undefined;
  // A leap second is the first of the next minute.
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60 || Number(zoneHours) > 18 || Number(zoneMinutes) > 59) return undefined;
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  if (midnight.getUTCMonth() !== Number(month) - 1 || midnight.getUTCDate() !== Number(day)) return undefined;
  const sinceMidnight = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0"));
  const offset = zulu !== undefined || sign === undefined ? 0 : (Number(zoneHours) * 60 + Number(zoneMinutes)) * MINUTE_MS;
  return new Date(midnight.getTime() + sinceMidnight - (sign === "-" ? -offset : offset));
}
