import { afterCalls, type CallResult, type EndpointHealth } from "../../src/dispatch/breaker-model";

const NEW: EndpointHealth = { recentCalls: [], openings: 0, openUntil: null, retryAfterUntil: null };
const START = new Date("2026-03-02T09:00:00Z");
const at = (seconds: number): Date => new Date(START.getTime() + seconds * 1000);
const calls = (failed: number, succeeded: number): CallResult[] => [
  ...Array.from({ length: failed }, () => ({ failed: true, retryAfter: null })),
  ...Array.from({ length: succeeded }, () => ({ failed: false, retryAfter: null })),
];
const OPEN = afterCalls(NEW, calls(10, 0), START);

test("7 failures of 10 calls open the breaker for 30 s", () => {
  expect(afterCalls(NEW, calls(7, 3), START)).toEqual({ recentCalls: [], openings: 1, openUntil: at(30), retryAfterUntil: null });
});

test("6 failures of 10, or 9 of 9, do not", () => {
  expect(afterCalls(NEW, calls(6, 4), START).openUntil).toBeNull();
  expect(afterCalls(NEW, calls(9, 0), START).openUntil).toBeNull();
});

test("calls are counted together within 5 minutes, and forgotten then", () => {
  const nine = afterCalls(NEW, calls(9, 0), START);
  expect(afterCalls(nine, calls(1, 0), at(299)).openUntil).toEqual(at(299 + 30));
  expect(afterCalls(nine, calls(1, 0), at(300)).openUntil).toBeNull();
});

test("a failure on trial doubles the pause, up to an hour", () => {
  let health = OPEN;
  const pauses: number[] = [];
  for (let opening = 0; opening < 9; opening += 1) {
    const trial = health.openUntil as Date;
    health = afterCalls(health, calls(1, 0), trial);
    pauses.push(((health.openUntil as Date).getTime() - trial.getTime()) / 1000);
  }
  expect(pauses).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
});

test("a success on trial closes it, and the next opening begins with 30 s", () => {
  const closed = afterCalls(afterCalls(OPEN, calls(1, 0), at(30)), calls(0, 1), at(90));
  expect(closed).toEqual(NEW);
  expect(afterCalls(closed, calls(10, 0), at(100)).openUntil).toEqual(at(130));
});

test("calls that end while it is open change nothing", () => {
  expect(afterCalls(OPEN, calls(5, 5), at(29))).toEqual(OPEN);
});

test("of several Retry-After the latest holds, also while it is open", () => {
  const asked = (seconds: number): CallResult => ({ failed: true, retryAfter: at(seconds) });
  expect(afterCalls(NEW, [asked(60), asked(90), asked(30)], START).retryAfterUntil).toEqual(at(90));
  expect(afterCalls({ ...OPEN, retryAfterUntil: at(90) }, [asked(60)], at(1)).retryAfterUntil).toEqual(at(90));
});
