import { addPeriod } from "../../src/platform/calendar";
import type { Clock } from "../../src/platform/clock";

/** Stands still until it is moved. */
export class TestClock implements Clock {
  private instant = new Date("2026-03-02T09:00:00Z");

  now(): Date {
    return new Date(this.instant);
  }

  set(instant: Date | string): void {
    this.instant = new Date(instant);
  }

  /** Moves on by an ISO 8601 duration. */
  advance(period: string): void {
    this.instant = addPeriod(this.instant, period);
  }
}
