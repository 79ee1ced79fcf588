import type { LineageEvent } from "../../src/lineage/event-model";
import { recordEvents } from "../../src/lineage/use-cases/record-events";
import { catalogWorld, type CatalogWorld } from "../catalog/catalog-world";
import { datasetEvent, jobEvent, runEvent, seen, statesAtJob } from "./recorded-world";

let world: CatalogWorld;
beforeEach(async () => {
  world = await catalogWorld();
});
afterEach(() => world.close());

const record = (...events: readonly LineageEvent[]): Promise<void> => world.deps.transaction((tx) => recordEvents(tx, events));
const custodyOf = async (name: string): Promise<string[]> =>
  (await world.ask<{ custody: { datasets: { id: string }[] } }>("query ($of: ID!) { custody(of: $of) { datasets { id } } }", { of: `dataset:pg:${name}` })).custody.datasets
    .map(({ id }) => id.split(":").at(-1)!);

test("what explicit lineage brings to a job is where the job's runs write", async () => {
  await record(runEvent({ at: 1, outputs: ["copy"], stated: [statesAtJob("people", { job: "j" })] }));
  expect(await custodyOf("people")).toEqual(["copy"]);
});

test("what runs of a job read is where explicit lineage leads from the job", async () => {
  await record(runEvent({ at: 1, inputs: ["people"], stated: [statesAtJob({ job: "j" }, "d")] }));
  expect(await custodyOf("people")).toEqual(["d"]);
});

test("whichever came first, from whatever job or dataset the statement comes", async () => {
  await record(runEvent({ job: "late", at: 1, type: "FAIL", inputs: ["people"] }), jobEvent({ job: "shape", at: 1, inputs: ["people"] }));
  await record(runEvent({ job: "other", at: 2, stated: [statesAtJob({ job: "late" }, "d")] }));
  await record(datasetEvent(2, seen("e"), [statesAtJob({ job: "shape" }, "e")]));
  expect((await custodyOf("people")).sort()).toEqual(["d", "e"]);
  await record(runEvent({ job: "late", run: "next", at: 3, inputs: ["more"] }), jobEvent({ job: "shape", at: 3, inputs: ["more"] }));
  expect((await custodyOf("more")).sort()).toEqual(["d", "e"]);
});

test("where a job is no such end, its inputs meet the outputs of the same run only", async () => {
  await record(runEvent({ at: 1, inputs: ["people"], outputs: ["d"] }), runEvent({ run: "next", at: 1, inputs: ["other"], outputs: ["e"] }));
  expect(await custodyOf("people")).toEqual(["d"]);
});
