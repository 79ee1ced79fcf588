import { jobEvent, jobIdOf, runEvent } from "./events";
import { idOf, idsOf, type LineageWorld, lineageWorld, pairsOf } from "./lineage-world";

const [source, middle, end] = ["customers", "stage.customers", "mart.customers"].map((name) => ({ namespace: "postgres://db:5432", name })) as [
  { namespace: string; name: string }, { namespace: string; name: string }, { namespace: string; name: string },
];

describe("a deleted job", () => {
  let world: LineageWorld;
  beforeAll(async () => {
    world = await lineageWorld();
    await world.sendAll([
      runEvent({ job: "stage", at: "2026-02-01T01:00:00Z", inputs: [source], outputs: [middle] }),
      runEvent({ job: "publish", at: "2026-02-01T02:00:00Z", inputs: [middle], outputs: [end] }),
    ]);
  });
  afterAll(() => world?.close());

  test("connects as long as it stands", async () => {
    expect(pairsOf(await world.lineage(idOf(source), "DOWNSTREAM"))).toEqual([`${idOf(source)} -> ${idOf(middle)}`, `${idOf(middle)} -> ${idOf(end)}`].sort());
    expect(await world.paths(idOf(source), idOf(end))).toEqual([[idOf(source), idOf(middle), idOf(end)]]);
  });

  test("no longer connects in the picture, nor on paths, and still does in custody and in the past", async () => {
    const before = world.clock.now().toISOString();
    world.clock.advance("PT1M");
    await world.change("retireLineage", { job: jobIdOf("stage") }, "id from to");
    const { nodes, edges, truncatedAt } = await world.lineage(idOf(source), "DOWNSTREAM");
    expect({ nodes, edges, truncatedAt }).toEqual({ nodes: [{ id: idOf(source), depth: 0 }], edges: [], truncatedAt: [] });
    expect(idsOf(await world.lineage(idOf(end), "UPSTREAM"))).toEqual([idOf(end), idOf(middle)].sort());
    expect(await world.paths(idOf(source), idOf(end))).toEqual([]);
    expect(await world.paths(idOf(source), idOf(end), "ALL")).toEqual([]);
    expect(idsOf(await world.lineage(idOf(source), "DOWNSTREAM", { asOf: before }))).toEqual([source, middle, end].map(idOf).sort());
    expect((await world.custody(idOf(source))).datasets.map(({ id, path, excluded }) => ({ id, path, excluded }))).toEqual([
      { id: idOf(middle), path: [idOf(source), idOf(middle)], excluded: null },
      { id: idOf(end), path: [idOf(source), idOf(middle), idOf(end)], excluded: null },
    ]);
  });

  test("stays deleted whatever comes late, and connects again once it runs again", async () => {
    await world.sendAll([runEvent({ job: "stage", run: "late", at: "2026-02-15T01:00:00Z", inputs: [source], outputs: [middle] })]);
    expect(pairsOf(await world.lineage(idOf(source), "DOWNSTREAM"))).toEqual([]);
    world.clock.advance("PT1M");
    await world.sendAll([jobEvent({ job: "stage", at: world.clock.now().toISOString(), inputs: [source], outputs: [middle] })]);
    expect(await world.paths(idOf(source), idOf(end))).toEqual([[idOf(source), idOf(middle), idOf(end)]]);
  });
});
