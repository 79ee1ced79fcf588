import { recordEvents } from "../../src/lineage/use-cases/record-events";
import { countStatements } from "../support/count-statements";
import { minute, type RecordedWorld, recordedWorld, runEvent, seen, states } from "./recorded-world";

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

test("a flow from a dataset to itself is one", async () => {
  await world.record([runEvent({ at: 1, inputs: ["a"], outputs: ["a"] })]);
  expect(await world.picture()).toEqual(["a > a RUN"]);
});

test("an event dated in the future is shown as sent, and counts for custody as of its receipt", async () => {
  const now = (world.clock.now().getTime() - minute(0).getTime()) / 60_000;
  await world.record([runEvent({ at: now + 100, inputs: ["a"], outputs: ["c"] })]);
  expect(await world.history()).toEqual([`a > c RUN ${now + 100}..`]);
  expect(await world.custody()).toEqual([`a > c RUN ${now}..${now}`]);
});

test("too many pairs are kept as a job with its inputs and outputs", async () => {
  const many = (what: string): string[] => Array.from({ length: 10_000 }, (_, index) => `${what}${index}`);
  await world.record([runEvent({ at: 1, inputs: many("in"), outputs: many("out") })]);
  const picture = await world.picture();
  expect([picture.length, picture.includes("in7 > job j RUN"), picture.includes("job j > out7 RUN")]).toEqual([20_000, true, true]);
  expect(await world.custody()).toHaveLength(20_000);
  const rows = await world.deps.db.query<{ passages: number; n: string }>("testPassages", "select passages, count(*) as n from flows group by 1 order by 1");
  expect(rows).toEqual([{ passages: 1, n: "10000" }, { passages: 2, n: "10000" }]);
}, 60_000);

test("column lineage of a hundred thousand fields is kept field by field", async () => {
  const links = Array.from({ length: 100_000 }, (_, index) => ["a", `f${index}`, `g${index}`] as const);
  await world.record([runEvent({ at: 1, outputs: ["c"], stated: [states("COLUMN", "c", [], links)] })]);
  expect(await world.picture()).toEqual(["a > c COLUMN"]);
  expect(await world.fields()).toHaveLength(100_000);
}, 120_000);

/** A hundred runs of twenty jobs, with column lineage and schemas; the same jobs each time. */
const hundred = (round: number) =>
  Array.from({ length: 100 }, (_, index) => {
    const n = index % 20;
    const fields = [{ name: "x", type: "text", description: null }];
    return runEvent({
      at: round * 10 + (index % 7), job: `job${n}`, run: `${round} ${index}`, inputs: [seen(`in${n}`, { fields, facets: { schema: {} } })],
      outputs: [seen(`out${n}`, { fields, facets: { schema: {} } })], stated: [states("COLUMN", `out${n}`, [], [[`in${n}`, "x", "x"]])],
    });
  });

test("the statements of a batch do not grow with its events, and where all is known hardly anything is written", async () => {
  const counted = countStatements(world.deps);
  const costOf = async (events: ReturnType<typeof hundred>): Promise<string[]> => {
    counted.statements.length = 0;
    await counted.deps.transaction((tx) => recordEvents(tx, events));
    return [...counted.statements];
  };
  await world.record(hundred(0));
  const one = await costOf(hundred(1).slice(0, 1));
  const all = await costOf(hundred(2));
  expect(all).toHaveLength(one.length);
  expect(all.length).toBeLessThanOrEqual(18);
  const written = all.filter((name) => /^(insert|update|write|widen|keep|cut|delete|hear|take|remember)/.test(name));
  expect(written.sort()).toEqual(["hearJobs", "keepFacets", "rememberCustody", "takeInRuns", "writeFreshness", "writeStatedOutputs"]);
});

test("two processes that record the same jobs at once end as one after the other would", async () => {
  const events = hundred(0);
  await Promise.all([world.record(events), world.record(events.toReversed()), world.record(events)]);
  expect(await world.picture()).toEqual(Array.from({ length: 20 }, (_, n) => `in${n} > out${n} COLUMN`).sort());
  const [rows] = await world.deps.db.query<{ n: string }>("testRows", "select count(*) as n from flows");
  expect(rows).toEqual({ n: "20" });
});

test("fields of a dataset that something flows into as a whole are told of, those that appear later too", async () => {
  await world.record([runEvent({ at: 1, outputs: [seen("c", { fields: [{ name: "p", type: null, description: null }] })], stated: [states("COLUMN", "c", [], [["a", "z", ""]])] })]);
  expect(await world.fields()).toEqual(["a#z > c#", "c# > c#p"]);
  await world.record([runEvent({ run: "next", at: 2, outputs: [seen("c", { fields: [{ name: "q", type: null, description: null }] })] })]);
  expect(await world.fields()).toEqual(["a#z > c#", "c# > c#p", "c# > c#q"]);
});
