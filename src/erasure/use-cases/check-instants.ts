import { badInput } from "../../platform/errors";

/** Callers' clocks may run a little ahead of ours, or behind. */
const TOLERATED_SKEW_MS = 300_000;

/** Refuses (BAD_USER_INPUT) an instant that lies in the future. */
export function refuseFuture(member: string, instant: Date, now: Date): void {
  if (instant.getTime() > now.getTime() + TOLERATED_SKEW_MS) throw badInput(`${member}: lies in the future`);
}

/** Refuses (BAD_USER_INPUT) an instant before the request was received. */
export function refuseBeforeReceipt(member: string, instant: Date, receivedAt: Date): void {
  if (instant.getTime() < receivedAt.getTime() - TOLERATED_SKEW_MS) throw badInput(`${member}: lies before the receipt of the request`);
}
