const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;

/** The instant of an RFC 3339 text, cut to milliseconds; undefined where it is none, or none that can be stored. */
export function parseInstant(text: string): Date | undefined {
  if (!RFC_3339.test(text)) return undefined;
  const instant = new Date(text);
  return isWritable(instant) && dayExists(text.slice(0, 10)) ? instant : undefined;
}

/** PostgreSQL knows no year 0, RFC 3339 none after 9999. */
const isWritable = (instant: Date): boolean => instant.getUTCFullYear() >= 1 && instant.getUTCFullYear() <= 9999;

/** JavaScript takes 30 February for 2 March. */
const dayExists = (day: string): boolean => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
