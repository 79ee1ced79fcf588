import { jobEvent, type RecordedWorld, recordedWorld, runEvent, states } from "./recorded-world";

let world: RecordedWorld;
beforeAll(async () => {
  world = await recordedWorld();
});
afterAll(() => world.close());
beforeEach(() => world.clear());

const observed = () => runEvent({ at: 1, inputs: ["a", "b"], outputs: ["c"] });

test("a job's event replaces what was observed of the job before, in the picture alone", async () => {
  await world.record([observed()], [jobEvent({ at: 5, inputs: ["a", "d"], outputs: ["c"] })]);
  expect(await world.history()).toEqual(["a > c RUN 1..", "b > c RUN 1..5", "d > c RUN 5.."]);
  expect(await world.custody()).toEqual(["a > c RUN 1..5", "b > c RUN 1..1", "d > c RUN 5..5"]);
});

test("with empty lists it says that nothing flows; without lists it says nothing of that", async () => {
  await world.record([observed()], [jobEvent({ at: 5 })]);
  expect(await world.picture()).toEqual(["a > c RUN", "b > c RUN"]);
  await world.record([jobEvent({ at: 6, inputs: [] })]);
  expect(await world.picture()).toEqual([]);
});

test("it replaces column lineage field by field", async () => {
  const column = (field: string) => states("COLUMN", "c", [], [["a", field, "y"], ["a", "stays", "y"]]);
  await world.record([runEvent({ at: 1, inputs: ["a"], outputs: ["c"], stated: [column("old")] })], [jobEvent({ at: 5, inputs: ["a"], outputs: ["c"], stated: [column("new")] })]);
  expect(await world.fields()).toEqual(["a#new > c#y", "a#stays > c#y"]);
});

test("where it masks what was not masked before, the flow is masked from then on", async () => {
  const column = (masking: boolean) => states("COLUMN", "c", [], [["a", "x", "y", masking]]);
  await world.record([runEvent({ at: 1, inputs: ["a"], outputs: ["c"], stated: [column(false)] })], [jobEvent({ at: 5, inputs: ["a"], outputs: ["c"], stated: [column(true)] })]);
  expect(await world.fields()).toEqual(["a#x > c#y masked"]);
  await world.record([runEvent({ run: "next", at: 6, inputs: ["a"], outputs: ["c"], stated: [column(false)] })]);
  expect(await world.fields()).toEqual(["a#x > c#y"]);
});

test("one that comes late ends what was last seen before it, and leaves what was seen since", async () => {
  await world.record([observed()], [runEvent({ run: "next", at: 9, inputs: ["b"], outputs: ["c"] })], [jobEvent({ at: 5, inputs: ["d"], outputs: ["c"] })]);
  expect(await world.history()).toEqual(["a > c RUN 1..5", "b > c RUN 1..5", "b > c RUN 9..", "d > c RUN 5.."]);
});

test("an older one than the latest speaks of the time until that", async () => {
  await world.record([jobEvent({ at: 8, inputs: ["a"], outputs: ["c"] })], [jobEvent({ at: 5, inputs: ["d"], outputs: ["c"] })]);
  expect(await world.history()).toEqual(["a > c RUN 8..", "d > c RUN 5..8"]);
});

test("a run from before it that comes late is part of the past", async () => {
  await world.record([jobEvent({ at: 8, inputs: ["a"], outputs: ["c"] })], [observed()]);
  expect(await world.history()).toEqual(["a > c RUN 1..", "b > c RUN 1..8"]);
});

test("an open run from before it ends with it, unless the run is seen again", async () => {
  await world.record([runEvent({ at: 1, type: "START", inputs: ["a"], outputs: ["c"] })], [jobEvent({ at: 5, inputs: ["d"], outputs: ["c"] })]);
  expect(await world.picture()).toEqual(["d > c RUN"]);
  await world.record([runEvent({ at: 6, type: "RUNNING" })]);
  expect(await world.picture()).toEqual(["a > c RUN?", "d > c RUN"]);
});

test("it says nothing of other jobs", async () => {
  await world.record([observed()], [jobEvent({ job: "k", at: 5, inputs: [], outputs: ["c"] })]);
  expect(await world.picture()).toEqual(["a > c RUN", "b > c RUN"]);
});
