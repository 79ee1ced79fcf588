import { isUuid, systemIds } from "../../src/platform/ids";
import { TestClock } from "../support/test-clock";

test("ids of one process sort as they were drawn, within a millisecond and across them", () => {
  const clock = new TestClock();
  const ids = systemIds(clock);
  const drawn = Array.from({ length: 3000 }, (_, at) => {
    if (at % 1000 === 999) clock.advance("PT0.001S");
    return ids.uuid();
  });
  expect([...drawn].sort()).toEqual(drawn);
  expect(new Set(drawn).size).toBe(drawn.length);
  expect(drawn.every(isUuid)).toBe(true);
});

test("of one millisecond, two processes draw different ids", () => {
  const clock = new TestClock();
  const [one, other] = [systemIds(clock), systemIds(clock)];
  const drawn = Array.from({ length: 1000 }, () => [one.uuid(), other.uuid()]).flat();
  expect(new Set(drawn).size).toBe(drawn.length);
});
