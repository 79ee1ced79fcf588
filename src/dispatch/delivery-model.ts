import type { DeadReason, OrderState } from "./model";
import { DEADLY_FAILURES, pollAt, retryAt } from "./schedule-model";

/** Where a queued order stands: failures in a row, and how often the service answered 202. Its published state follows from these. */
export interface Progress {
  readonly failures: number;
  readonly polls: number;
}

/** A step forward of an order that stays in the queue. */
export interface NextAttempt extends Progress {
  readonly dueAt: Date;
}

/** The state of an order that nobody is sending at this moment. */
export function stateOf({ failures, polls }: Progress): Extract<OrderState, "QUEUED" | "ACCEPTED" | "DEAD"> {
  if (failures >= DEADLY_FAILURES) return "DEAD";
  return polls > 0 ? "ACCEPTED" : "QUEUED";
}

/** 202: the service has the order; failures before count no more, and it is asked again later. */
export const afterAcceptance = (progress: Progress, now: Date, fraction: number): NextAttempt => ({
  failures: 0,
  polls: progress.polls + 1,
  dueAt: pollAt(progress.polls + 1, now, fraction),
});

/** A failed attempt: again by the schedule, but not before the service's `Retry-After`. 410 is as bad as nine failures. */
export function afterFailure(progress: Progress, failure: { gone: boolean; retryAfter: Date | null }, now: Date, fraction: number): NextAttempt {
  const failures = Math.max(progress.failures + 1, failure.gone ? DEADLY_FAILURES : 0);
  const scheduled = retryAt(failures, now, fraction);
  const dueAt = failure.retryAfter !== null && failure.retryAfter > scheduled ? failure.retryAfter : scheduled;
  return { failures, polls: progress.polls, dueAt };
}

/** Why this failure killed the order; undefined where it lives on, or was dead before. */
export function deathBy(before: Progress, after: Progress, gone: boolean): DeadReason | undefined {
  if (stateOf(before) === "DEAD" || stateOf(after) !== "DEAD") return undefined;
  return gone ? "GONE" : "NINE_FAILURES";
}
