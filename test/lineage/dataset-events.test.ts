import { datasetEvent, deletes, type RecordedWorld, recordedWorld, runEvent, seen, states } from "./recorded-world";

let world: RecordedWorld;
beforeAll(async () => {
  world = await recordedWorld();
});
afterAll(() => world.close());
beforeEach(() => world.clear());

const says = (at: number, ...sources: string[]) => datasetEvent(at, seen("c"), [states("COLUMN", "c", [], sources.map((from) => [from, "x", "y"] as const))]);
const fieldsOf = async (name: string): Promise<string[]> =>
  (await world.deps.db.query<{ name: string }>("testFieldsOf", "select f.name from fields f join datasets d on d.id = f.dataset_id where d.name = $1 order by 1", [name])).map(({ name: field }) => field);

test("what a dataset's event states replaces what such events stated before of that dataset, and nothing else", async () => {
  await world.record([runEvent({ at: 1, inputs: ["run"], outputs: ["c"] })], [says(2, "a", "b"), datasetEvent(2, seen("d"), [states("COLUMN", "d", ["a"])])], [says(5, "b", "e")]);
  expect(await world.history()).toEqual(["a > c COLUMN 2..5", "a > d COLUMN 2..", "b > c COLUMN 2..", "e > c COLUMN 5..", "run > c RUN 1.."]);
  expect(await world.fields()).toEqual(["b#x > c#y", "e#x > c#y"]);
  expect(await world.custody()).toContain("a > c COLUMN 2..2");
});

test("an older one that comes late speaks of the time until the later one", async () => {
  await world.record([says(5, "b")], [says(2, "a")]);
  expect(await world.history()).toEqual(["a > c COLUMN 2..5", "b > c COLUMN 5.."]);
});

test("one that states nothing replaces nothing", async () => {
  await world.record([says(2, "a")], [datasetEvent(5, seen("c"))]);
  expect(await world.picture()).toEqual(["a > c COLUMN"]);
});

test("a deleted facet of a dataset's event retires what it stated", async () => {
  await world.record([says(2, "a")], [datasetEvent(5, seen("c"), [deletes("COLUMN", "c")])]);
  expect(await world.history()).toEqual(["a > c COLUMN 2..5"]);
});

test("its schema replaces observed fields, those of runs add to them, a deleted one takes them away", async () => {
  const field = (name: string) => ({ name, type: null, description: null });
  await world.record([runEvent({ at: 1, outputs: [seen("s", { fields: [field("x")] })] })], [runEvent({ at: 2, outputs: [seen("s", { fields: [field("y")] })] })]);
  expect(await fieldsOf("s")).toEqual(["x", "y"]);
  await world.record([datasetEvent(3, seen("s", { fields: [field("z")] }))]);
  expect(await fieldsOf("s")).toEqual(["z"]);
  await world.record([datasetEvent(4, seen("s", { facets: { schema: { _deleted: true } } }))]);
  expect(await fieldsOf("s")).toEqual([]);
});
