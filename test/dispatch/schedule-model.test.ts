import { DEADLY_FAILURES, pollAt, retryAfter, retryAt } from "../../src/dispatch/schedule-model";

const NOW = new Date("2026-03-02T09:00:00Z");
const MIDDLE = 0.5;
const seconds = (at: Date): number => (at.getTime() - NOW.getTime()) / 1000;

test("the waits after failures are 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, and then daily", () => {
  const waits = Array.from({ length: 12 }, (_, at) => seconds(retryAt(at + 1, NOW, MIDDLE)));
  expect(waits).toEqual([5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400, 86_400, 86_400, 86_400]);
});

test("an order is dead after its ninth failure", () => {
  expect(DEADLY_FAILURES).toBe(9);
});

test("jitter moves a wait by a fifth at most, both ways", () => {
  expect(seconds(retryAt(2, NOW, 0))).toBe(240);
  expect(seconds(retryAt(2, NOW, 0.999999999))).toBeCloseTo(360);
});

test("an accepted order is asked again after 5 min, and then by the same schedule", () => {
  const waits = Array.from({ length: 10 }, (_, at) => seconds(pollAt(at + 1, NOW, MIDDLE)));
  expect(waits).toEqual([300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400, 86_400, 86_400]);
});

test.each([
  ["120", 120],
  ["0", 0],
  [" 7 ", 7],
  ["Mon, 02 Mar 2026 09:02:00 GMT", 120],
  ["Monday, 02-Mar-26 09:02:00 GMT", 120],
  ["Mon Mar  2 09:02:00 2026", 120],
  ["Mon, 02 Mar 2026 08:00:00 GMT", 0],
  ["86401", 86_400],
  ["99999999999999999999", 86_400],
  ["Tue, 02 Mar 2027 09:00:00 GMT", 86_400],
])("Retry-After %p means %p s from now", (header, expected) => {
  expect(seconds(retryAfter(header, NOW) as Date)).toBe(expected);
});

test.each([undefined, "", "soon", "-5", "1.5", "2026-03-02T09:02:00Z", "Mon, 32 Mar 2026 09:02:00 GMT", "12 hours"])("Retry-After %p says nothing", (header) => {
  expect(retryAfter(header, NOW)).toBeNull();
});
