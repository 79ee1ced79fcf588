import { afterAcceptance, afterFailure, deathBy, stateOf } from "../../src/dispatch/delivery-model";

const NOW = new Date("2026-03-02T09:00:00Z");
const FAILURE = { gone: false, retryAfter: null };
const GONE = { gone: true, retryAfter: null };

test("the state of an order at rest follows from its progress", () => {
  expect(stateOf({ failures: 0, polls: 0 })).toBe("QUEUED");
  expect(stateOf({ failures: 8, polls: 0 })).toBe("QUEUED");
  expect(stateOf({ failures: 8, polls: 1 })).toBe("ACCEPTED");
  expect(stateOf({ failures: 9, polls: 1 })).toBe("DEAD");
});

test("Retry-After puts an attempt off, and never brings it forward", () => {
  const late = new Date("2026-03-02T09:01:00Z");
  const early = new Date("2026-03-02T09:00:01Z");
  expect(afterFailure({ failures: 0, polls: 0 }, { gone: false, retryAfter: late }, NOW, 0.5).dueAt).toEqual(late);
  expect(afterFailure({ failures: 0, polls: 0 }, { gone: false, retryAfter: early }, NOW, 0.5).dueAt).toEqual(new Date("2026-03-02T09:00:05Z"));
});

test("a 202 ends a row of failures", () => {
  expect(afterAcceptance({ failures: 8, polls: 0 }, NOW, 0.5)).toEqual({ failures: 0, polls: 1, dueAt: new Date("2026-03-02T09:05:00Z") });
});

test("an order dies once: of its ninth failure, or of the first 410", () => {
  const eighth = { failures: 8, polls: 0 };
  const ninth = afterFailure(eighth, FAILURE, NOW, 0.5);
  expect(deathBy(eighth, ninth, false)).toBe("NINE_FAILURES");
  expect(deathBy(ninth, afterFailure(ninth, FAILURE, NOW, 0.5), false)).toBeUndefined();
  const fresh = { failures: 0, polls: 0 };
  expect(deathBy(fresh, afterFailure(fresh, GONE, NOW, 0.5), true)).toBe("GONE");
  expect(deathBy(fresh, afterFailure(fresh, FAILURE, NOW, 0.5), false)).toBeUndefined();
});
