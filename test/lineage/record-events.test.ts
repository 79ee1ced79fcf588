import { type RecordedWorld, recordedWorld, runEvent, jobEvent, states, datasetEvent, seen } from "./recorded-world";

let world: RecordedWorld;
beforeAll(async () => {
  world = await recordedWorld();
});
afterAll(() => world.close());
beforeEach(() => world.clear());

test("a completed run leads each input to each output, from its first event on", async () => {
  await world.record([runEvent({ type: "START", at: 1, inputs: ["a", "b"] })], [runEvent({ at: 3, inputs: ["a"], outputs: ["c"] })]);
  expect(await world.history()).toEqual(["a > c RUN 1..", "b > c RUN 1.."]);
  expect(await world.custody()).toEqual(["a > c RUN 1..3", "b > c RUN 1..3"]);
});

test("a job's event replaces what was observed of the job before, in the picture alone", async () => {
  await world.record([runEvent({ at: 1, inputs: ["a", "b"], outputs: ["c"] })], [jobEvent({ at: 5, inputs: ["a", "d"], outputs: ["c"] })]);
  expect(await world.history()).toEqual(["a > c RUN 1..", "b > c RUN 1..5", "d > c RUN 5.."]);
  expect(await world.custody()).toEqual(["a > c RUN 1..5", "b > c RUN 1..1", "d > c RUN 5..5"]);
});
test("fields", async () => {
  await world.record([runEvent({ at: 1, inputs: ["a", "b"], outputs: ["c"], stated: [states("COLUMN", "c", [], [["a", "x", "y"], ["a", "z", ""]])] })]);
  expect(await world.picture()).toEqual(["a > c COLUMN"]);
  expect(await world.fields()).toEqual(["a#x > c#y", "a#z > c#", "c# > c#y"]);
  await world.record([datasetEvent(2, seen("c", { fields: [{ name: "q", type: null, description: null }] }))]);
  expect(await world.fields()).toEqual(["a#x > c#y", "a#z > c#", "c# > c#q", "c# > c#y"]);
});
