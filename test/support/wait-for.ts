import { setTimeout as delay } from "node:timers/promises";

const LOOK_EVERY_MS = 20;

/** Looks until the condition holds (is truthy) and returns what it gave; fails after the deadline. */
export async function waitFor<Value>(condition: () => Value | Promise<Value>, { deadlineMs = 10_000 } = {}): Promise<NonNullable<Value>> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`Waited ${deadlineMs} ms in vain for: ${condition.toString()}`);
    await delay(LOOK_EVERY_MS);
  }
}
