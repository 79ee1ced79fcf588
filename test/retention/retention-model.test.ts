import { type ClaimedRetention, recomputeRetention, type RetentionTerm, upheldUntil } from "../../src/retention";

const tenYears: RetentionTerm = { period: "P10Y", zone: "Europe/Berlin" };
const aligned: RetentionTerm = { ...tenYears, alignment: "END_OF_YEAR" };

describe("data is kept until", () => {
  test.each<[string, RetentionTerm, string, string]>([
    ["the same day ten years later", tenYears, "2016-03-15T10:00:00Z", "2026-03-15T10:00:00Z"],
    ["the last day of a shorter month", { period: "P1M", zone: "UTC" }, "2023-01-31T00:00:00Z", "2023-02-28T00:00:00Z"],
    ["the same wall time, whatever the season", { period: "P6M", zone: "Europe/Berlin" }, "2026-01-10T09:00:00Z", "2026-07-10T08:00:00Z"],
    ["the end of the tenth year after its own", aligned, "2016-03-15T10:00:00Z", "2026-12-31T23:00:00Z"],
    ["the end of the year that it is in the zone", aligned, "2015-12-31T23:30:00Z", "2026-12-31T23:00:00Z"],
    ["a year later, if it begins with the year", { ...aligned, period: "P1Y" }, "2015-12-31T23:00:00Z", "2017-12-31T23:00:00Z"],
  ])("%s", (_name, term, start, until) => {
    expect(recomputeRetention(term, new Date(start)).toISOString()).toBe(new Date(until).toISOString());
  });
});

describe("a claim to retain", () => {
  const claim = (retentionStart: string, retainedUntil: string): ClaimedRetention => ({ retentionStart, retainedUntil });

  test.each<[string, ClaimedRetention]>([
    ["names the very instant", claim("2016-03-15T10:00:00Z", "2026-03-15T10:00:00Z")],
    ["names the day in the rule's zone", claim("2016-03-15", "2026-03-15")],
    ["names another hour of that day", claim("2016-03-15T10:00:00Z", "2026-03-15T22:59:59Z")],
    ["names the first hour of that day, which in UTC is the day before", claim("2016-03-15", "2026-03-14T23:00:00Z")],
    ["is written with another offset", claim("2016-03-15T10:00:00+01:00", "2026-03-15T00:00:00-05:00")],
  ])("holds where it %s", (_name, claimed) => {
    expect(upheldUntil(tenYears, claimed)).toBeDefined();
  });

  test("that names a day holds in zones west of Greenwich too", () => {
    expect(upheldUntil({ period: "P1Y", zone: "America/New_York" }, claim("2025-06-30", "2026-06-30"))).toBeDefined();
  });

  test.each<[string, ClaimedRetention]>([
    ["a day later", claim("2016-03-15", "2026-03-16")],
    ["a day earlier", claim("2016-03-15", "2026-03-14")],
    ["an instant of the next day in the zone", claim("2016-03-15T10:00:00Z", "2026-03-15T23:00:00Z")],
    ["what cannot be read as an instant", claim("2016-03-15", "2026-03-15T23:59:60Z")],
    ["a start that cannot be read", claim("once", "2026-03-15")],
  ])("fails where it names %s", (_name, claimed) => {
    expect(upheldUntil(tenYears, claimed)).toBeUndefined();
  });

  test("fails without a rule that we know", () => {
    expect(upheldUntil(undefined, claim("2016-03-15", "2026-03-15"))).toBeUndefined();
  });
});
