import { addMonths, addPeriod, dayOf, endOfDay, isDuration, isZone, startOfDay, weekday } from "../../src/platform/calendar";
import { setup, type World } from "../support/setup";

const at = (instant: string): Date => new Date(instant);

describe("adding a period", () => {
  test.each([
    ["the last day of a shorter month", "2023-01-31T12:00:00Z", "P1M", "UTC", "2023-02-28T12:00:00Z"],
    ["the leap day after a year", "2024-02-29T00:00:00Z", "P1Y", "UTC", "2025-02-28T00:00:00Z"],
    ["years and months at once, clamped once", "2023-12-31T00:00:00Z", "P1Y2M", "UTC", "2025-02-28T00:00:00Z"],
    ["the same wall time after summer time began", "2026-03-28T11:00:00Z", "P1D", "Europe/Berlin", "2026-03-29T10:00:00Z"],
    ["exact hours while summer time begins", "2026-03-28T11:00:00Z", "PT24H", "Europe/Berlin", "2026-03-29T11:00:00Z"],
    ["a local hour that occurs twice: the later", "2026-10-24T00:30:00Z", "P1D", "Europe/Berlin", "2026-10-25T01:30:00Z"],
    ["a local hour that does not exist: as much later", "2026-03-28T01:30:00Z", "P1D", "Europe/Berlin", "2026-03-29T01:30:00Z"],
    ["hours from the first of two equal hours: exact", "2026-10-25T00:30:00Z", "PT5M", "Europe/Berlin", "2026-10-25T00:35:00Z"],
    ["nothing", "2026-10-25T00:30:00Z", "PT0S", "Europe/Berlin", "2026-10-25T00:30:00Z"],
    ["the day after a day that the zone skipped", "2011-12-29T22:00:00Z", "P1D", "Pacific/Apia", "2011-12-30T22:00:00Z"],
  ])("gives %s", (_name, start, period, zone, expected) => {
    expect(addPeriod(at(start), period, zone).toISOString()).toBe(at(expected).toISOString());
  });

  describe("is what PostgreSQL adds", () => {
    let world: World;
    beforeAll(async () => {
      world = await setup();
    });
    afterAll(() => world.close());

    // Half-hour and midnight changes, negative summer time (Dublin), a change of the standard offset (Moscow), a skipped day (Apia).
    test.each(["UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Europe/Moscow", "Pacific/Apia", "Asia/Kathmandu"])(
      "in %s",
      async (zone) => {
        const changes = await instantsAround(world, zone);
        const periods = ["PT0S", "PT5M", "PT25H", "P1D", "P1W", "P30D", "P1M", "P1M1D", "P10Y", "P1Y2M10DT2H30M"];
        const cases = changes.flatMap((start) => periods.map((period) => ({ start, period })));
        const rows = await world.deps.transaction(async (tx) => {
          await tx.query("setZone", "select set_config('timezone', $1, true)", [zone]);
          return tx.query<{ due: Date }>(
            "addIntervals",
            `select row.start + row.period::interval as due
               from unnest($1::timestamptz[], $2::text[]) with ordinality as row (start, period, place) order by row.place`,
            [cases.map(({ start }) => start.toISOString()), cases.map(({ period }) => period)],
          );
        });
        const differing = cases
          .map(({ start, period }, index) => ({
            start: start.toISOString(),
            period,
            postgres: rows[index]!.due.toISOString(),
            ours: addPeriod(start, period, zone).toISOString(),
          }))
          .filter(({ postgres, ours }) => postgres !== ours);
        expect(differing).toEqual([]);
        expect(rows.length).toBeGreaterThan(1000);
      },
    );
  });
});

/** Instants from which a day, a week, 30 days or a month leads close to a change of the zone's offset, and some that do not. */
async function instantsAround(world: World, zone: string): Promise<Date[]> {
  const rows = await world.deps.db.query<{ at: Date }>(
    "instantsAroundChanges",
    `with hour as (
       select h as at, (h at time zone $1) - (h at time zone 'UTC') as shift
         from generate_series('2011-01-01Z'::timestamptz, '2015-01-01Z'::timestamptz, '1 hour') h
     ), change as (
       select at from (select at, shift, lag(shift) over (order by at) as before from hour) h where shift <> before
     ), base as (
       select at from change union all select h from generate_series('2012-01-31Z'::timestamptz, '2016-01-01Z'::timestamptz, '97 days') h
     )
     select base.at - back.by + offset_.by as at
       from base, (values (interval '0'), ('1 day'), ('7 days'), ('30 days'), ('1 month'), ('10 years')) as back (by),
            (values (interval '-90 minutes'), ('-30 minutes'), ('-1 second'), ('0'), ('30 minutes'), ('90 minutes')) as offset_ (by)`,
    [zone],
  );
  return rows.map((row) => row.at);
}

describe("a calendar day", () => {
  test("is that of the zone", () => {
    expect(dayOf(at("2026-03-05T23:30:00Z"), "Europe/Berlin")).toBe("2026-03-06");
    expect(dayOf(at("2026-03-05T23:30:00Z"), "America/New_York")).toBe("2026-03-05");
  });

  test.each([
    ["2022-03-05", 1, "2022-04-05"],
    ["2022-08-31", 1, "2022-09-30"],
    ["2023-01-31", 1, "2023-02-28"],
    ["2023-01-31", 3, "2023-04-30"],
    ["2025-12-31", 1, "2026-01-31"],
  ])("%s and %i months is %s", (day, months, expected) => {
    expect(addMonths(day, months)).toBe(expected);
  });

  test("begins and ends in its zone, also on a day of 23 or 25 hours and where midnight does not exist", () => {
    expect(startOfDay("2026-03-29", "Europe/Berlin")).toEqual(at("2026-03-28T23:00:00Z"));
    expect(endOfDay("2026-03-29", "Europe/Berlin")).toEqual(at("2026-03-29T21:59:59.999Z"));
    expect(endOfDay("2026-10-25", "Europe/Berlin")).toEqual(at("2026-10-25T22:59:59.999Z"));
    expect(startOfDay("2026-03-08", "America/Havana")).toEqual(at("2026-03-08T05:00:00Z"));
    expect(endOfDay("2026-03-07", "America/Havana")).toEqual(at("2026-03-08T04:59:59.999Z"));
  });

  test("of the week is counted from Monday", () => {
    expect([weekday("2026-03-02"), weekday("2026-03-08")]).toEqual([1, 7]);
  });
});

test("durations and zones are told from other texts", () => {
  expect(["P30D", "PT1H", "P1Y2M3W4DT5H6M7.5S", "PT0S"].filter(isDuration)).toHaveLength(4);
  expect(["", "P", "30 days", "-P1D", "P1", "1h", "P1001Y", "P9999999Y", "P999999999999D"].filter(isDuration)).toEqual([]);
  expect(["UTC", "Europe/Berlin"].filter(isZone)).toHaveLength(2);
  expect(["", "Mars/Olympus", "CET+1x"].filter(isZone)).toEqual([]);
});
