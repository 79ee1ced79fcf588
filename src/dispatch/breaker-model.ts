const MINUTE = 60_000;
const WINDOW_MINUTES = 5;
const FEWEST_CALLS = 10;
const FAILING_SHARE = 0.7;
const FIRST_PAUSE = 30_000;
const LONGEST_PAUSE = 60 * MINUTE;

/** Calls that ended within one minute since the epoch. */
export interface CallCount {
  readonly minute: number;
  readonly calls: number;
  readonly failures: number;
}

/** What recent calls say about an endpoint. `openUntil` in the past: half open, one call at a time is let through on trial. */
export interface EndpointHealth {
  readonly recentCalls: readonly CallCount[];
  readonly openings: number;
  readonly openUntil: Date | null;
  readonly retryAfterUntil: Date | null;
}

/** How one call ended. */
export interface CallResult {
  readonly failed: boolean;
  readonly retryAfter: Date | null;
}

/**
 * The endpoint's health after calls that ended now:
 *
 *     closed ── ≥ 10 calls in 5 min, ≥ 70 % failed ──▶ open (30 s, doubling to 1 h) ── pause over ──▶ half open
 *        ▲                                               ▲                                             │    │
 *        │                                               └───────────────── failure ───────────────────┘    │
 *        └───────────────────────────────────────────────────────────────── success ────────────────────────┘
 *
 * Calls that end while it is open were begun before and say nothing new. Failures never disable an endpoint for good.
 */
export function afterCalls(health: EndpointHealth, results: readonly CallResult[], now: Date): EndpointHealth {
  const retryAfterUntil = latest([health.retryAfterUntil, ...results.map((result) => result.retryAfter)]);
  const { openUntil } = health;
  if (openUntil !== null && openUntil > now) return { ...health, retryAfterUntil };
  if (openUntil !== null) {
    const closed: EndpointHealth = { recentCalls: [], openings: 0, openUntil: null, retryAfterUntil };
    return results.some((result) => !result.failed) ? closed : { ...opened(health, now), retryAfterUntil };
  }
  const recentCalls = counted(health.recentCalls, results, now);
  const calls = total(recentCalls, (count) => count.calls);
  const failures = total(recentCalls, (count) => count.failures);
  const failing = calls >= FEWEST_CALLS && failures >= calls * FAILING_SHARE;
  return { ...(failing ? opened(health, now) : { ...health, recentCalls }), retryAfterUntil };
}

function opened(health: EndpointHealth, now: Date): EndpointHealth {
  const pause = Math.min(FIRST_PAUSE * 2 ** health.openings, LONGEST_PAUSE);
  return { ...health, recentCalls: [], openings: health.openings + 1, openUntil: new Date(now.getTime() + pause) };
}

function counted(counts: readonly CallCount[], results: readonly CallResult[], now: Date): CallCount[] {
  const minute = Math.floor(now.getTime() / MINUTE);
  const current = counts.find((count) => count.minute === minute) ?? { minute, calls: 0, failures: 0 };
  const earlier = counts.filter((count) => count.minute < minute && count.minute > minute - WINDOW_MINUTES);
  const failures = results.filter((result) => result.failed).length;
  return [...earlier, { minute, calls: current.calls + results.length, failures: current.failures + failures }];
}

const total = (counts: readonly CallCount[], of: (count: CallCount) => number): number => counts.reduce((sum, count) => sum + of(count), 0);

function latest(dates: readonly (Date | null)[]): Date | null {
  return dates.reduce((best, date) => (date !== null && (best === null || date > best) ? date : best), null);
}
