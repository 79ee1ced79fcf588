/** A claim takes so many at most. */
export const BATCH = 64;

/** Calls that one process has in flight at the same time, those that take long left out: one batch is called while the next is claimed. */
const SLOTS = 2 * BATCH;
/** And with them. */
const MOST_CALLS = 512;

/** From then on a call takes long: services answer in milliseconds, or accept and report later. */
const LONG_MS = 1000;

/**
 * How many calls the next claim may begin beside those that have been under way for so long. A call that takes long gives its slot to
 * others, so that services which hang until their timeout hold up nobody; how many each of them holds is bounded by its own cap.
 */
export function freeSlots(underWayMs: readonly number[]): number {
  const short = underWayMs.filter((ms) => ms < LONG_MS).length;
  return Math.max(0, Math.min(BATCH, SLOTS - short, MOST_CALLS - underWayMs.length));
}
