import { deletes, jobEvent, type RecordedWorld, recordedWorld, runEvent, states } from "./recorded-world";

let world: RecordedWorld;
beforeAll(async () => {
  world = await recordedWorld();
});
afterAll(() => world.close());
beforeEach(() => world.clear());

const run = (name: string, at: number, more: Partial<Parameters<typeof runEvent>[0]> = {}) => runEvent({ run: name, at, inputs: ["a", "b"], outputs: ["c"], ...more });
const column = states("COLUMN", "c", [], [["a", "x", "y"]]);
const explicit = states("EXPLICIT", "c", ["d"]);

test("column lineage hides inputs x outputs of the same job and output, from when it was stated", async () => {
  await world.record([run("1", 1)], [run("2", 5, { stated: [column] })], [run("3", 9)]);
  expect(await world.history()).toEqual(["a > c COLUMN 5..", "a > c RUN 1..5", "b > c RUN 1..5"]);
  expect(await world.custody()).toEqual(["a > c COLUMN 5..5", "a > c RUN 1..9", "b > c RUN 1..9"]);
});

test("explicit lineage hides column lineage, field by field too", async () => {
  await world.record([run("1", 1, { stated: [column] })], [run("2", 5, { stated: [explicit] })]);
  expect(await world.picture()).toEqual(["d > c EXPLICIT"]);
  expect(await world.fields()).toEqual([]);
});

test("explicit lineage without sources says that nothing flows in", async () => {
  await world.record([run("1", 1, { stated: [states("EXPLICIT", "c", [])] })]);
  expect(await world.picture()).toEqual([]);
  expect(await world.custody()).toEqual(["a > c RUN 1..1", "b > c RUN 1..1"]);
});

test("it hides nothing of other outputs, and nothing of other jobs", async () => {
  await world.record([run("1", 1, { outputs: ["c", "e"], stated: [explicit] })], [runEvent({ job: "k", at: 2, inputs: ["a"], outputs: ["c"] })]);
  expect(await world.picture()).toEqual(["a > c RUN", "a > e RUN", "b > e RUN", "d > c EXPLICIT"]);
});

test("a run that fails hides nothing", async () => {
  await world.record([run("1", 1)], [run("2", 5, { type: "START", stated: [explicit] })]);
  expect(await world.picture()).toEqual(["a > c RUN", "b > c RUN", "d > c EXPLICIT?"]);
  await world.record([run("2", 6, { type: "FAIL" })]);
  expect(await world.picture()).toEqual(["a > c RUN", "b > c RUN"]);
});

test("an open run shows its better lineage instead of its inputs x outputs", async () => {
  await world.record([run("1", 1, { type: "START" })], [run("1", 2, { type: "RUNNING", stated: [explicit] })]);
  expect(await world.picture()).toEqual(["d > c EXPLICIT?"]);
});

test("a deleted facet retires what it stated, and inputs x outputs of later runs are shown again", async () => {
  await world.record([run("1", 1, { stated: [column] })], [run("2", 5, { stated: [deletes("COLUMN", "c")] })]);
  expect(await world.history()).toEqual(["a > c COLUMN 1..5", "a > c RUN 5..", "b > c RUN 5.."]);
  expect(await world.fields()).toEqual([]);
  expect(await world.custody()).toContain("a > c COLUMN 1..1");
});

test("a deleted facet touches nothing that other facets stated", async () => {
  await world.record([run("1", 1, { stated: [explicit, states("COLUMN", "e", ["a"])] })], [run("2", 5, { stated: [deletes("COLUMN", "c")] })]);
  expect(await world.picture()).toEqual(["a > e COLUMN", "d > c EXPLICIT"]);
});

test("what a facet stated before it was deleted does not come back late", async () => {
  await world.record([run("2", 5, { inputs: [], stated: [deletes("COLUMN", "c")] })], [run("1", 1, { inputs: [], stated: [column] })]);
  expect(await world.history()).toEqual(["a > c COLUMN 1..5"]);
});

test("what a run stated before it deleted the facet itself does not come back late", async () => {
  const own = { inputs: [] };
  await world.record([run("1", 5, { ...own, type: "RUNNING", stated: [deletes("COLUMN", "c")] })], [run("1", 9, own)], [run("1", 1, { ...own, type: "START", stated: [column] })]);
  expect([await world.picture(), await world.fields()]).toEqual([[], []]);
});

test("a job's event without better lineage shows inputs x outputs again", async () => {
  await world.record([run("1", 1, { stated: [explicit] })], [jobEvent({ at: 5, inputs: ["a"], outputs: ["c"] })], [run("2", 6)]);
  expect(await world.picture()).toEqual(["a > c RUN", "b > c RUN"]);
});
