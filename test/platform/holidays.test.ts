import { createWorkingDays, isHolidayCode } from "../../src/platform/holidays";

describe("a working day", () => {
  test.each<[string, string | undefined, string, boolean]>([
    ["Monday, a holiday elsewhere", undefined, "2023-05-01", true],
    ["Saturday", undefined, "2023-04-29", false],
    ["Sunday", undefined, "2023-04-30", false],
    ["Labour Day in Germany", "DE", "2023-05-01", false],
    ["the day after it", "DE", "2023-05-02", true],
    ["Christmas Day in England", "GB-ENG", "2025-12-25", false],
    ["Boxing Day in England", "GB-ENG", "2025-12-26", false],
    ["the Monday after them", "GB-ENG", "2025-12-29", true],
    ["Boxing Day on a Saturday: its substitute", "GB-ENG", "2026-12-28", false],
    ["Corpus Christi in Bavaria", "DE-BY", "2025-06-19", false],
    ["Corpus Christi in Berlin", "DE-BE", "2025-06-19", true],
    ["the Peace Festival in Augsburg", "DE-BY-A", "2025-08-08", false],
    ["the Peace Festival in the rest of Bavaria", "DE-BY", "2025-08-08", true],
    ["Carnival Monday, which is no public holiday", "DE", "2025-03-03", true],
    ["the third day of a holiday of several days", "TR", "2025-04-01", false],
    ["the day after a holiday of several days", "TR", "2025-04-02", true],
  ])("%s (%s, %s): %s", (_name, code, day, expected) => {
    expect(createWorkingDays(code).isWorkingDay(day)).toBe(expected);
  });

  test("of an unknown place is refused, even where the country is known", () => {
    expect(() => createWorkingDays("GB-ZZ")).toThrow(/GB-ZZ are not known/);
    expect(["DE", "DE-BY", "DE-BY-EVANG", "GB-ENG"].filter(isHolidayCode)).toHaveLength(4);
    expect(["", "XX", "de", "DE-ZZ", "DE-BY-ZZ", "DE-BY-A-A", "constructor"].filter(isHolidayCode)).toEqual([]);
  });
});
