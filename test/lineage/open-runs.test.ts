import { type RecordedWorld, recordedWorld, runEvent, states } from "./recorded-world";

let world: RecordedWorld;
beforeAll(async () => {
  world = await recordedWorld();
});
afterAll(() => world.close());
beforeEach(() => world.clear());

const started = (more: Partial<Parameters<typeof runEvent>[0]> = {}) => runEvent({ type: "START", at: 1, inputs: ["a"], outputs: ["c"], ...more });

test("an open run's flows are shown", async () => {
  await world.record([started()], [runEvent({ type: "RUNNING", at: 2, inputs: ["b"] })]);
  expect(await world.picture()).toEqual(["a > c RUN?", "b > c RUN?"]);
});

test("once it completes they are there for good, in the same rows", async () => {
  await world.record([started({ stated: [states("COLUMN", "d", [], [["a", "x", "y"]])] })], [runEvent({ at: 5 })]);
  expect(await world.history()).toEqual(["a > c RUN 1..", "a > d COLUMN 1.."]);
  expect(await world.picture()).toEqual(["a > c RUN", "a > d COLUMN"]);
  const rows = await world.deps.db.query("testAllRows", "select from flows union all select from field_flows");
  expect(rows).toHaveLength(3);
});

test.each(["FAIL", "ABORT"] as const)("a run that ends in %s leaves nothing in the picture, and all in custody", async (type) => {
  await world.record([started({ stated: [states("COLUMN", "d", [], [["b", "x", "y"]])] })], [runEvent({ type, at: 5 })], [runEvent({ type: "RUNNING", at: 3, inputs: ["e"] })]);
  expect([await world.history(), await world.fields()]).toEqual([[], []]);
  expect(await world.custody()).toEqual(["a > c RUN 1..5", "b > d COLUMN 1..5", "e > c RUN 1..5"]);
});

test("a failed run takes nothing away that another has established", async () => {
  await world.record([runEvent({ run: "good", at: 0, inputs: ["a"], outputs: ["c"] })], [started({ run: "bad" })], [runEvent({ run: "bad", type: "FAIL", at: 2 })]);
  expect(await world.history()).toEqual(["a > c RUN 0.."]);
});

test("a run that is said to have failed and to have completed has completed, whichever came first", async () => {
  const stated = [states("COLUMN", "d", [], [["b", "x", "y"]])];
  await world.record([started({ stated })], [runEvent({ type: "FAIL", at: 2 })], [runEvent({ at: 3 })]);
  await world.record([started({ run: "other", job: "k", inputs: ["e"] })], [runEvent({ run: "other", job: "k", at: 3 })], [runEvent({ run: "other", job: "k", type: "FAIL", at: 4 })]);
  expect(await world.picture()).toEqual(["a > c RUN", "b > d COLUMN", "e > c RUN"]);
  expect(await world.fields()).toEqual(["b#x > d#y"]);
});

test("a start alone is remembered by custody", async () => {
  await world.record([started()]);
  expect(await world.custody()).toEqual(["a > c RUN 1..1"]);
});

test("an open run whose flows others have established adds no rows", async () => {
  await world.record([runEvent({ run: "good", at: 0, inputs: ["a"], outputs: ["c"] })], [started({ run: "next" })]);
  expect(await world.deps.db.query("testOpenRows", "select from flows where run <> 0")).toEqual([]);
});

test("a job that fails again and again adds no row each time", async () => {
  for (const [at, run] of ["one", "two", "three"].entries()) {
    await world.record([started({ run, at: 2 * at })], [runEvent({ run, type: "FAIL", at: 2 * at + 1 })]);
  }
  expect(await world.deps.db.query("testRows", "select from flows")).toHaveLength(1);
  await world.record([started({ run: "four", at: 7 })], [runEvent({ run: "one", at: 8 })], [runEvent({ run: "four", type: "ABORT", at: 9 })]);
  expect(await world.history()).toEqual(["a > c RUN 0.."]);
});
