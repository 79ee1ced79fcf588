import { auditTrail } from "../catalog/audit-trail";
import { catalogWorld, type CatalogWorld } from "../catalog/catalog-world";
import { recordEvents } from "../../src/lineage/use-cases/record-events";
import { jobEvent, minute, pictureOf, runEvent } from "./recorded-world";

let world: CatalogWorld;
let made = 0;
beforeAll(async () => {
  world = await catalogWorld();
});
afterAll(() => world.close());
beforeEach(() => world.clock.advance("PT1H"));

const id = (name: string): string => `dataset:pg:${name}`;

async function registered(): Promise<string> {
  const name = `t${(made += 1)}`;
  await world.mutate("registerDataset", { namespace: "pg", name, fields: [{ name: "x" }, { name: "y" }] }, "id");
  return name;
}
interface Flow {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}
async function did(name: "declareLineage" | "retireLineage", input: Record<string, unknown>): Promise<Flow> {
  const { data, errors } = await world.mutate(name, input, "id from to");
  expect(errors).toBeUndefined();
  return data![name]!;
}
const refused = async (name: "declareLineage" | "retireLineage", input: Record<string, unknown>, role?: "reader"): Promise<string> => {
  const { errors } = await world.mutate(name, input, "id", role);
  return `${String(errors?.[0]?.extensions.code)} ${String(errors?.[0]?.message)}`;
};
const record = (...events: Parameters<typeof recordEvents>[1]): Promise<void> => world.deps.transaction((tx) => recordEvents(tx, events));
const about = async (name: string): Promise<{ picture: string[]; fields: string[]; custody: string[] }> => {
  const picture = pictureOf(world.deps);
  const ofIt = (lines: readonly string[]): string[] => lines.filter((line) => line.includes(name));
  return { picture: ofIt(await picture.history()), fields: ofIt(await picture.fields()), custody: ofIt(await picture.custody()) };
};
const actionsOn = async (object: string): Promise<string[]> =>
  (await auditTrail(world.deps)).filter((entry) => entry.object === object).map(({ action, outcome }) => `${action} ${outcome}`);
/** The test clock in minutes of the events' day. */
const now = (): number => (world.clock.now().getTime() - minute(0).getTime()) / 60_000;

test("a declared flow is in the picture from now on and in custody without end; the same again is none", async () => {
  const [from, to] = [await registered(), await registered()];
  const since = now();
  const flow = await did("declareLineage", { from: id(from), to: id(to) });
  expect(flow).toEqual({ id: expect.stringMatching(/^flow:\d+$/) as string, from: id(from), to: id(to) });
  const entries = (await auditTrail(world.deps)).length;
  world.clock.advance("PT1M");
  expect(await did("declareLineage", { from: id(from), to: id(to) })).toEqual(flow);
  expect(await auditTrail(world.deps)).toHaveLength(entries);
  expect(await about(to)).toEqual({ picture: [`${from} > ${to} DECLARED ${since}..`], fields: [], custody: [`${from} > ${to} DECLARED ${since}..`] });
  expect(await actionsOn(flow.id)).toEqual(["lineage.declare-lineage ok"]);
});

test("a declared flow that is retired leaves the picture; custody keeps that it flowed until then", async () => {
  const [from, to] = [await registered(), await registered()];
  const since = now();
  const { id: flow } = await did("declareLineage", { from: id(from), to: id(to) });
  world.clock.advance("PT10M");
  expect(await did("retireLineage", { id: flow })).toMatchObject({ id: flow, to: id(to) });
  const ended = { picture: [`${from} > ${to} DECLARED ${since}..${since + 10}`], fields: [], custody: [`${from} > ${to} DECLARED ${since}..${since + 10}`] };
  expect(await about(to)).toEqual(ended);
  world.clock.advance("PT10M");
  const entries = (await auditTrail(world.deps)).length;
  await did("retireLineage", { id: flow });
  expect(await about(to)).toEqual(ended);
  expect(await auditTrail(world.deps)).toHaveLength(entries);
  await did("declareLineage", { from: id(from), to: id(to) });
  expect(await about(to)).toMatchObject({ picture: [ended.picture[0], `${from} > ${to} DECLARED ${since + 20}..`], custody: [`${from} > ${to} DECLARED ${since}..`] });
});

test("a flow between fields is one between their datasets, until the last of them is retired", async () => {
  const [from, to] = [await registered(), await registered()];
  const xx = await did("declareLineage", { from: `${id(from)}#x`, to: `${id(to)}#x` });
  const yx = await did("declareLineage", { from: `${id(from)}#y`, to: `${id(to)}#x` });
  expect(xx).toEqual({ id: expect.stringMatching(/^field-flow:\d+$/) as string, from: `${id(from)}#x`, to: `${id(to)}#x` });
  expect(await did("declareLineage", { from: `${id(from)}#x`, to: `${id(to)}#x` })).toEqual(xx);
  expect((await about(to)).fields).toEqual([`${from}#x > ${to}#x`, `${from}#y > ${to}#x`]);
  world.clock.advance("PT1M");
  await did("retireLineage", { id: xx.id });
  expect((await about(to)).fields).toEqual([`${from}#y > ${to}#x`]);
  expect((await about(to)).picture).toEqual([expect.stringMatching(/DECLARED \d+\.\.$/)]);
  await did("retireLineage", { id: yx.id });
  expect((await about(to)).picture).toEqual([expect.stringMatching(/DECLARED \d+\.\.\d+$/)]);
  expect((await about(to)).custody).toEqual([expect.stringMatching(/DECLARED \d+\.\.\d+$/)]);
});

test("retiring the flow between datasets retires what was declared between their fields", async () => {
  const [from, to] = [await registered(), await registered()];
  await did("declareLineage", { from: `${id(from)}#x`, to: `${id(to)}#x` });
  const { id: whole } = await did("declareLineage", { from: id(from), to: id(to) });
  world.clock.advance("PT1M");
  await did("retireLineage", { id: whole });
  expect((await about(to)).fields).toEqual([]);
});

test.each([["before", true], ["after", false]])("retiring the last flow between fields leaves what was declared %s it between their datasets", async (_name, isWholeFirst) => {
  const [from, to] = [await registered(), await registered()];
  const declareWhole = () => did("declareLineage", { from: id(from), to: id(to) });
  if (isWholeFirst) await declareWhole();
  const field = await did("declareLineage", { from: `${id(from)}#x`, to: `${id(to)}#x` });
  const whole = await declareWhole();
  expect(await actionsOn(whole.id)).toHaveLength(1);
  const other = await did("declareLineage", { from: `${id(from)}#y`, to: `${id(to)}#x` });
  world.clock.advance("PT1M");
  for (const { id: flow } of [field, other]) await did("retireLineage", { id: flow });
  const left = await about(to);
  expect(left).toEqual({ picture: [expect.stringMatching(/DECLARED \d+\.\.$/)], fields: [], custody: [expect.stringMatching(/DECLARED \d+\.\.$/)] });
  await did("retireLineage", { id: whole.id });
  expect((await about(to)).custody).toEqual([expect.stringMatching(/DECLARED \d+\.\.\d+$/)]);
});

test("what was declared of a name goes with it when that is taken from the dataset", async () => {
  const [from, name, root] = [await registered(), await registered(), await registered()];
  await world.mutate("mergeDatasets", { dataset: id(name), into: id(root) }, "id");
  const flow = await did("declareLineage", { from: id(from), to: id(name) });
  const field = await did("declareLineage", { from: `${id(from)}#x`, to: `${id(name)}#y` });
  expect([flow.to, field.to]).toEqual([id(root), `${id(root)}#y`]);
  expect(await did("declareLineage", { from: id(from), to: id(name) })).toEqual(flow);
  await world.mutate("undoDatasetMerge", { dataset: id(name) }, "id");
  expect(await about(root)).toEqual({ picture: [], fields: [], custody: [] });
  expect((await about(name)).custody).toHaveLength(1);
  expect((await about(name)).fields).toEqual([`${from}#x > ${name}#y`]);
});

test("events of jobs neither hide nor end what was declared", async () => {
  const [from, to] = [await registered(), await registered()];
  await did("declareLineage", { from: id(from), to: id(to), job: "job:airflow:declared" });
  await record(jobEvent({ job: "declared", at: now() + 1, inputs: [], outputs: [to] }));
  expect((await about(to)).picture).toEqual([expect.stringMatching(/DECLARED \d+\.\.$/)]);
});

test("a retired job is deleted, and all its flows end: observed, of open runs, declared", async () => {
  const [a, b, c] = [await registered(), await registered(), await registered()];
  await record(
    runEvent({ job: "old", run: "1", at: now() - 30, inputs: [a], outputs: [c] }),
    runEvent({ job: "old", run: "2", type: "START", at: now() - 20, inputs: [b], outputs: [c] }),
  );
  await did("declareLineage", { from: id(a), to: id(b), job: "job:airflow:old" });
  world.clock.advance("PT1M");
  expect(await did("retireLineage", { job: "job:airflow:old" })).toMatchObject({ from: id(a), to: id(b) });
  expect(await actionsOn("job:airflow:old")).toEqual(["lineage.retire-lineage ok"]);
  const lines = (await about(c)).picture;
  expect([...lines, ...(await about(b)).picture].filter((line) => line.endsWith(".."))).toEqual([]);
  expect(await about(c)).toMatchObject({ custody: [expect.stringContaining(`${a} > ${c} RUN`), expect.stringContaining(`${b} > ${c} RUN`)] });
  const entries = (await auditTrail(world.deps)).length;
  await did("retireLineage", { job: "job:airflow:old" });
  expect(await auditTrail(world.deps)).toHaveLength(entries);
});

test.each([
  ["a deleted job", () => Promise.resolve({ job: "job:airflow:ahead" })],
  ["a retired flow", async () => ({ id: (await world.deps.db.query<{ id: string }>("testNewestFlow", "select 'flow:' || max(f.id) as id from flows f"))[0]!.id })],
])("what is dated ahead of its time ends with %s, too", async (_, what) => {
  const [a, b] = [await registered(), await registered()];
  await record(runEvent({ job: "ahead", run: a, at: now() + 120, inputs: [a], outputs: [b] }));
  expect((await about(b)).picture).toEqual([`${a} > ${b} RUN ${now() + 120}..`]);
  await did("retireLineage", await what());
  expect((await about(b)).picture.filter((line) => line.endsWith(".."))).toEqual([]);
  expect((await about(b)).custody).toHaveLength(1);
});

test("late events of a deleted job bring nothing back, later ones do", async () => {
  const [a, b] = [await registered(), await registered()];
  const retired = now();
  await record(runEvent({ job: "back", run: "1", at: retired - 30, inputs: [a], outputs: [b] }));
  await did("retireLineage", { job: "job:airflow:back" });
  await record(runEvent({ job: "back", run: "2", at: retired - 10, inputs: [a], outputs: [b] }), runEvent({ job: "back", run: "3", at: retired, inputs: [a], outputs: [b] }));
  expect((await about(b)).picture.filter((line) => line.endsWith(".."))).toEqual([]);
  await record(runEvent({ job: "back", run: "4", at: retired + 5, inputs: [a], outputs: [b] }));
  expect((await about(b)).picture).toContain(`${a} > ${b} RUN ${retired + 5}..`);
});

test("an observed flow that is retired stays away until it is observed again", async () => {
  const [a, b] = [await registered(), await registered()];
  await record(runEvent({ job: "one", run: "1", at: now() - 30, inputs: [a], outputs: [b] }));
  const { id: flow } = await world.deps.db.query<{ id: string }>("testFlow", "select 'flow:' || f.id as id from flows f join datasets d on d.id = f.to_id where d.name = $1", [b]).then(([row]) => row!);
  const since = now();
  await did("retireLineage", { id: flow });
  await record(runEvent({ job: "one", run: "1", at: since - 30, inputs: [a], outputs: [b] }));
  expect((await about(b)).picture).toEqual([`${a} > ${b} RUN ${since - 30}..${since}`]);
  await record(runEvent({ job: "one", run: "2", at: since + 3, inputs: [a], outputs: [b] }));
  expect((await about(b)).picture).toContain(`${a} > ${b} RUN ${since + 3}..`);
});

test("what is no dataset or field, what is unknown, and one of each are refused", async () => {
  const a = await registered();
  expect(await refused("declareLineage", { from: id(a), to: "entity:customer" })).toMatch(/^BAD_USER_INPUT to: must be dataset:/);
  expect(await refused("declareLineage", { from: id(a), to: `${id(a)}#x` })).toMatch(/^BAD_USER_INPUT to: must be a dataset/);
  expect(await refused("declareLineage", { from: id(a), to: id(a), job: "nightly" })).toMatch(/^BAD_USER_INPUT job: must be job:/);
  expect(await refused("declareLineage", { from: "dataset:pg:none", to: id(a) })).toMatch(/^NOT_FOUND from: not known/);
  expect(await refused("declareLineage", { from: `${id(a)}#none`, to: `${id(a)}#x` })).toMatch(/^NOT_FOUND from: the dataset has no such field/);
  expect(await refused("declareLineage", { from: id(a), to: id(a) }, "reader")).toMatch(/^FORBIDDEN/);
});

test("only one flow or one job, and a known one, can be retired", async () => {
  expect(await refused("retireLineage", {})).toMatch(/^BAD_USER_INPUT input: give either/);
  expect(await refused("retireLineage", { id: "flow:1", job: "job:airflow:old" })).toMatch(/^BAD_USER_INPUT input: give either/);
  expect(await refused("retireLineage", { id: "flow:x" })).toMatch(/^BAD_USER_INPUT id: must be flow:/);
  expect(await refused("retireLineage", { id: "flow:99999999999" })).toMatch(/^BAD_USER_INPUT id/);
  expect(await refused("retireLineage", { id: "flow:2000000000" })).toMatch(/^NOT_FOUND id: no such flow/);
  expect(await refused("retireLineage", { job: "job:airflow:nobody" })).toMatch(/^NOT_FOUND job: not known/);
});
