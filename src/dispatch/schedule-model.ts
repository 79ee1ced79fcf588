const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waits after each failed attempt (PROTOCOLS.md, "Delivery"); the last one repeats for as long as the owner keeps the order. */
const WAITS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];
const JITTER = 0.2;
const LONGEST_RETRY_AFTER = 24 * HOUR;

/** An order is dead after this many failures in a row; its daily attempts go on. */
export const DEADLY_FAILURES = WAITS.length;

/** When to try again after the n-th failure in a row. `fraction` in [0, 1) places the attempt within the jitter of ±20 %. */
export const retryAt = (failures: number, now: Date, fraction: number): Date => later(now, failures - 1, fraction);

/** When to ask again after the n-th 202: 5 min, then up the same schedule. */
export const pollAt = (polls: number, now: Date, fraction: number): Date => later(now, polls, fraction);

function later(now: Date, step: number, fraction: number): Date {
  const wait = WAITS[Math.min(step, WAITS.length - 1)] as number;
  return new Date(now.getTime() + Math.round(wait * (1 - JITTER + 2 * JITTER * fraction)));
}

const HTTP_DATE = /^[A-Z][a-z]{2,8}, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/** The instant a `Retry-After` names (RFC 9110, 10.2.3: seconds, or a date in any of the three forms), at most 24 h from now; null if it names none. */
export function retryAfter(header: string | undefined, now: Date): Date | null {
  const text = header?.trim() ?? "";
  const asked = /^\d+$/.test(text) ? now.getTime() + Number(text) * SECOND : parseHttpDate(text);
  if (Number.isNaN(asked)) return null;
  return new Date(Math.min(Math.max(asked, now.getTime()), now.getTime() + LONGEST_RETRY_AFTER));
}

function parseHttpDate(text: string): number {
  if (HTTP_DATE.test(text)) return Date.parse(text);
  return ASCTIME.test(text) ? Date.parse(`${text} GMT`) : NaN;
}
