import type { LineageEvent } from "../../src/lineage/event-model";
import { naivePicture } from "./naive-picture";
import { jobEvent, type RecordedWorld, recordedWorld, runEvent, states, statesAtJob } from "./recorded-world";

let world: RecordedWorld;
beforeAll(async () => {
  world = await recordedWorld();
});
afterAll(() => world.close());

/** The same numbers for the same seed (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
type Random = ReturnType<typeof randomOf>;

const TABLES = ["a", "b", "c", "d"];
const some = (random: Random): string[] => TABLES.filter(() => random(3) === 0);
const one = <T>(random: Random, of: readonly T[]): T => of[random(of.length)]!;
const shuffled = <T>(random: Random, all: readonly T[]): T[] => all.map((item): [number, T] => [random(1e9), item]).sort(([x], [y]) => x - y).map(([, item]) => item);

/** Runs that start, go on, fail and complete at any time, and events of their jobs. */
const runsAndShapes = (random: Random): LineageEvent[] =>
  Array.from({ length: 4 + random(8) }, () => {
    const said = { at: random(12), job: one(random, ["j", "k"]), inputs: some(random), outputs: some(random) };
    if (random(4) === 0) return jobEvent(one(random, [said, said, { ...said, outputs: null }, { ...said, inputs: null, outputs: null }]));
    return runEvent({ ...said, run: one(random, ["r1", "r2", "r3"]), type: one(random, ["START", "RUNNING", "COMPLETE", "COMPLETE", "FAIL", "ABORT", "OTHER", null]) });
  });

/** Runs that state explicit and column lineage besides, also that nothing flows in. */
const runsAndStatements = (random: Random): LineageEvent[] =>
  Array.from({ length: 4 + random(8) }, () =>
    runEvent({
      at: random(12), job: one(random, ["j", "k"]), inputs: some(random), outputs: some(random), run: one(random, ["r1", "r2", "r3"]),
      type: one(random, ["START", "RUNNING", "COMPLETE", "COMPLETE", "FAIL"]),
      stated: [
        ...(random(3) === 0 ? [states("EXPLICIT", one(random, TABLES), some(random))] : []),
        ...(random(2) === 0 ? [states("COLUMN", one(random, TABLES), some(random))] : []),
      ],
    }),
  );

/** Explicit lineage that begins or ends at jobs, their own or others, beside runs and events of jobs. */
const runsAndJobEnds = (random: Random): LineageEvent[] =>
  runsAndShapes(random).map((event) => ({
    ...event,
    stated: event.kind === "JOB" || random(4) > 0 ? [] : [one(random, [statesAtJob(one(random, TABLES), { job: one(random, ["j", "k"]) }), statesAtJob({ job: one(random, ["j", "k"]) }, one(random, TABLES))])],
  }));

/** In lists of any length, some of them repeated. */
function batches(random: Random, events: readonly LineageEvent[]): LineageEvent[][] {
  const order = shuffled(random, [...events, ...events.filter(() => random(4) === 0)]);
  const lists: LineageEvent[][] = [];
  while (order.length > 0) lists.push(order.splice(0, 1 + random(4)));
  return lists;
}

/** Whether a flow is there for good as well as for an open run is told by its rows, not by the picture. */
const shown = async (): Promise<string[]> => [...new Set((await world.picture()).map((line) => line.replace("?", "")))];

const ROUNDS = 20;

for (const [what, eventsOf] of [["runs and events of jobs", runsAndShapes], ["runs that state explicit and column lineage", runsAndStatements]] as const) {
  test(`in whatever order, how often and in what lists ${what} come, the picture and custody are the same`, async () => {
    for (let seed = 1; seed <= ROUNDS; seed += 1) {
      const random = randomOf(seed);
      const events = eventsOf(random);
      const expected = naivePicture(events);
      for (const lists of [[events], events.map((event) => [event]), batches(random, events), batches(random, events)]) {
        await world.clear();
        await world.record(...lists);
        expect({ seed, picture: await shown(), custody: await world.custody() }).toEqual({ seed, ...expected });
      }
    }
  }, 600_000);
}

test("in whatever order, how often and in what lists explicit lineage that begins or ends at jobs comes, custody is the same", async () => {
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    const random = randomOf(seed);
    const events = runsAndJobEnds(random);
    const { custody } = naivePicture(events);
    for (const lists of [[events], events.map((event) => [event]), batches(random, events), batches(random, events)]) {
      await world.clear();
      await world.record(...lists);
      expect({ seed, custody: await world.custody() }).toEqual({ seed, custody });
    }
  }
}, 600_000);
