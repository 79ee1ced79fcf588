import { type Figure, isReached, median, ratioOf, tableOf } from "../../bench/harness";
import { BENCHMARKS } from "../../bench/main";

const figure = (over: Partial<Figure> = {}): Figure => ({ bench: "read", name: "requests", value: 90, unit: "/s", bound: { least: 0.9 }, ...over });

describe("a figure", () => {
  it("beside a yardstick is held to its bound by the ratio", () => {
    const beside = figure({ yardstick: { name: "theirs", value: 100 } });
    expect(ratioOf(beside)).toBe(0.9);
    expect(isReached(beside)).toBe(true);
    expect(isReached({ ...beside, value: 89 })).toBe(false);
  });

  it("without a yardstick is held to its bound by its value", () => {
    expect(isReached(figure({ value: 1.2, bound: { most: 1 } }))).toBe(false);
    expect(isReached(figure({ value: 1, bound: { most: 1 } }))).toBe(true);
  });

  it("that misses its bound says so in the table", () => {
    const table = tableOf([figure({ value: 50, yardstick: { name: "theirs", value: 100 } })]);
    expect(table).toContain("0.50");
    expect(table).toContain("NOT REACHED");
  });
});

it("the median is the middle one, or the mean of the two in the middle", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

it("every benchmark has a name of its own", () => {
  expect(new Set(BENCHMARKS.map(({ name }) => name)).size).toBe(BENCHMARKS.length);
});
