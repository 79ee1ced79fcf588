import { createWorkingDays } from "../../src/platform/holidays";
import { dayOf } from "../../src/platform/calendar";
import { type DeadlineFacts, deadlineOf } from "../../src/erasure/deadline-model";
import type { Regime } from "../../src/erasure/model";

const facts = (receivedOn: string, over: Partial<DeadlineFacts> = {}): DeadlineFacts => ({
  regime: "GDPR",
  receivedAt: new Date(`${receivedOn}T10:00:00Z`),
  identityRequestedAt: null,
  identityVerifiedAt: null,
  extendedAt: null,
  extensionNoticeAt: null,
  ...over,
});

const extendedOn = (day: string): Partial<DeadlineFacts> => ({ extendedAt: new Date(`${day}T10:00:00Z`), extensionNoticeAt: new Date(`${day}T11:00:00Z`) });

const dueDay = (given: DeadlineFacts, place?: string, zone = "UTC"): string =>
  dayOf(deadlineOf(given, new Date("2026-12-01T00:00:00Z"), zone, createWorkingDays(place)).due, zone);

describe("a GDPR deadline (Art. 12(3), Regulation 1182/71)", () => {
  it.each([
    ["2022-03-05", "2022-04-05", "falls on the same day of the next month"],
    ["2022-08-31", "2022-09-30", "falls on the last day of a shorter month"],
    ["2023-01-31", "2023-02-28", "is not a thirty-day timer"],
    ["2025-12-31", "2026-02-02", "rolls from a Saturday to Monday"],
    ["2026-01-30", "2026-03-02", "clamps to a Saturday, then rolls"],
  ])("of %s is %s: it %s", (received, due) => {
    expect(dueDay(facts(received))).toBe(due);
  });

  it("ends with the last millisecond of the day in the controller's zone", () => {
    const { due } = deadlineOf(facts("2022-03-05"), new Date("2022-03-06T00:00:00Z"), "Europe/Berlin", createWorkingDays());
    expect(due.toISOString()).toBe("2022-04-05T21:59:59.999Z");
  });

  it("counts the day of receipt in the controller's zone", () => {
    const late = { ...facts("2022-03-05"), receivedAt: new Date("2022-03-05T23:30:00Z") };
    expect(dueDay(late, undefined, "Europe/Berlin")).toBe("2022-04-06");
  });

  it("extended is counted from receipt and rolled once, past the controller's holidays", () => {
    const extended = facts("2023-01-31", extendedOn("2023-02-20"));
    expect(dueDay(extended)).toBe("2023-05-01");
    expect(dueDay(extended, "DE")).toBe("2023-05-02");
  });

  it("rolls past Christmas in England", () => {
    expect(dueDay(facts("2025-11-25", { regime: "UK_GDPR" }), "GB-ENG")).toBe("2025-12-29");
  });

  it("is not extended without its notice, nor by a notice sent too late", () => {
    const decided = { extendedAt: new Date("2022-03-20T00:00:00Z") };
    expect(dueDay(facts("2022-03-05", decided))).toBe("2022-04-05");
    expect(dueDay(facts("2022-03-05", { ...decided, extensionNoticeAt: new Date("2022-04-06T00:00:00Z") }))).toBe("2022-04-05");
  });

  it("shows the tolerated pause in the working date and never in the statutory one", () => {
    const paused = facts("2022-03-07", { identityRequestedAt: new Date("2022-03-08T10:00:00Z"), identityVerifiedAt: new Date("2022-03-15T10:00:00Z") });
    const deadline = deadlineOf(paused, new Date("2022-03-20T00:00:00Z"), "UTC", createWorkingDays());
    expect(dayOf(deadline.due, "UTC")).toBe("2022-04-14");
    expect(dayOf(deadline.statutory, "UTC")).toBe("2022-04-07");
  });
});

it("a UK clock that waited for proof of identity starts when the proof arrives", () => {
  const waited = facts("2022-03-07", { regime: "UK_GDPR", identityRequestedAt: new Date("2022-03-08T10:00:00Z"), identityVerifiedAt: new Date("2022-03-15T10:00:00Z") });
  expect(dueDay(waited)).toBe("2022-04-15");
});

describe("a CCPA deadline (§ 7021)", () => {
  const ccpa = (over: Partial<DeadlineFacts> = {}): DeadlineFacts => facts("2026-01-10", { regime: "CCPA" satisfies Regime, ...over });

  it("is 45 calendar days, or 90 with an extension, and does not roll", () => {
    expect(dueDay(ccpa())).toBe("2026-02-24");
    expect(dueDay(ccpa(extendedOn("2026-02-01")))).toBe("2026-04-10");
  });

  it("never pauses for verification", () => {
    const deadline = deadlineOf(ccpa({ identityRequestedAt: new Date("2026-01-11T00:00:00Z") }), new Date("2026-01-20T00:00:00Z"), "UTC", createWorkingDays());
    expect(deadline.paused).toBe(false);
    expect(dayOf(deadline.due, "UTC")).toBe("2026-02-24");
  });
});
