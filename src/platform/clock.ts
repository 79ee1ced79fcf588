import { readFileSync } from "node:fs";

/** The only source of time. Stored and due times, retries and leases follow it; socket timeouts do not. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

const REREAD_AFTER_MS = 200;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/**
 * `CADASTRE_CLOCK_FILE`: the file holds one RFC 3339 instant; time stands still until the file is replaced.
 * A file that is unreadable or torn for a moment keeps the last instant. Throws at start if there is none to keep.
 */
export class FileClock implements Clock {
  private readAt = -Infinity;
  private instant: Date;

  constructor(private readonly path: string) {
    this.instant = parseInstant(readFileSync(path, "utf8"), path);
  }

  now(): Date {
    const monotonic = performance.now();
    if (monotonic - this.readAt >= REREAD_AFTER_MS) {
      this.readAt = monotonic;
      try {
        this.instant = parseInstant(readFileSync(this.path, "utf8"), this.path);
      } catch {
        // Being replaced right now: the next look finds it.
      }
    }
    return new Date(this.instant);
  }
}

function parseInstant(text: string, path: string): Date {
  // The first half of an instant is an instant too, for JavaScript: hence the look at all of it.
  const instant = new Date(RFC_3339.test(text.trim()) ? text.trim() : NaN);
  if (Number.isNaN(instant.getTime())) throw new Error(`CADASTRE_CLOCK_FILE ${path} does not hold an RFC 3339 instant`);
  return instant;
}
