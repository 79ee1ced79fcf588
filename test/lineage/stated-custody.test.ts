import type { StatedLineage } from "../../src/lineage/event-model";
import { deletes, type RecordedWorld, recordedWorld, runEvent, states } from "./recorded-world";

let world: RecordedWorld;
beforeAll(async () => {
  world = await recordedWorld();
});
afterAll(() => world.close());
beforeEach(() => world.clear());

const start = (stated: StatedLineage[]) => runEvent({ type: "START", at: 1, stated });

describe("what a run has stated flows as long as the run goes on", () => {
  test.each(["COLUMN", "EXPLICIT"] as const)("%s lineage, from what is no input, whether the run completes, fails or just goes on", async (provenance) => {
    for (const type of ["COMPLETE", "FAIL", "ABORT", "RUNNING"] as const) {
      await world.clear();
      await world.record([start([states(provenance, "d", ["people"])])], [runEvent({ type, at: 5, outputs: ["d"] })]);
      expect([type, await world.custody()]).toEqual([type, [`people > d ${provenance} 1..5`]]);
    }
  });

  test("also when the statement is heard after the run's end, or hidden, or was deleted meanwhile", async () => {
    await world.record([runEvent({ at: 5, outputs: ["d"] })], [start([states("COLUMN", "d", ["people"]), states("EXPLICIT", "d", ["other"])])]);
    await world.record([runEvent({ type: "RUNNING", at: 3, stated: [deletes("COLUMN", "d")] })], [runEvent({ type: "OTHER", at: 6 })]);
    expect(await world.custody()).toEqual(["other > d EXPLICIT 1..6", "people > d COLUMN 1..6"]);
  });

  test("but another run of the job, which states it no more, brings nothing back", async () => {
    await world.record([start([states("COLUMN", "d", ["people"])])], [runEvent({ run: "next", at: 7, outputs: ["d"] })]);
    expect(await world.custody()).toEqual(["people > d COLUMN 1..1"]);
  });
});
