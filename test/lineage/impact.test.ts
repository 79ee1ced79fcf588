import { flowWorld, type FlowWorld, idOf } from "./flow-world";

let world: FlowWorld;
const SELECTION = ["datasets", "entities", "services", "teams"].map((kind) => `${kind} { id depth }`).join(" ");
const impact = async (of: string, first = 1000) =>
  (await world.ask<{ impact: unknown }>(`query ($of: ID!, $first: Int) { impact(of: $of, first: $first) { ${SELECTION} truncatedAt } }`, { of, first }, "reader")).impact;
const NONE = { datasets: [], entities: [], services: [], teams: [], truncatedAt: [] };

beforeAll(async () => {
  world = await flowWorld();
  await world.did("registerService", { key: "shop", name: "Shop", team: "sales" });
  await world.did("registerService", { key: "bi", name: "BI", team: "analysts" });
  await world.did("registerService", { key: "export", name: "Export", team: "analysts" });
  for (const key of ["order", "figure"]) await world.did("registerEntity", { key, name: key });
  await world.dataset("orders", { service: "shop", entities: ["order"] });
  await world.dataset("staged");
  await world.dataset("revenue", { service: "bi", entities: ["figure"], fields: [{ name: "sum", categories: [] }] });
  await world.dataset("mailed", { service: "export", entities: ["figure"] });
  await world.shown("orders", "staged");
  await world.shown("staged", "revenue");
  await world.shown("revenue", "mailed");
  await world.shown("mailed", "orders");
});
afterAll(() => world.close());

test("names every dataset, entity, service and team downstream, the nearest first", async () => {
  expect(await impact(idOf("orders"))).toEqual({
    datasets: [{ id: idOf("staged"), depth: 1 }, { id: idOf("revenue"), depth: 2 }, { id: idOf("mailed"), depth: 3 }],
    entities: [{ id: "entity:figure", depth: 2 }],
    services: [{ id: "service:bi", depth: 2 }, { id: "service:export", depth: 3 }],
    teams: [{ id: "team:analysts", depth: 2 }],
    truncatedAt: [],
  });
  expect(await impact(idOf("staged"), 1)).toMatchObject({ datasets: [{ id: idOf("revenue") }], teams: [{ id: "team:analysts" }], truncatedAt: [idOf("revenue")] });
});

test("begins at all datasets of a service or entity, and at the dataset of a field", async () => {
  expect(await impact("entity:figure")).toMatchObject({ datasets: [{ id: idOf("orders"), depth: 1 }, { id: idOf("staged"), depth: 2 }] });
  expect(await impact("service:export")).toMatchObject({ datasets: [{ id: idOf("orders") }, { id: idOf("staged") }, { id: idOf("revenue") }] });
  expect(await impact(`${idOf("revenue")}#sum`)).toMatchObject({ datasets: [{ id: idOf("mailed"), depth: 1 }, { id: idOf("orders"), depth: 2 }, { id: idOf("staged"), depth: 3 }] });
});

test("does not lead over flows that have ended, or that never held", async () => {
  for (const name of ["left", "middle", "right"]) await world.dataset(name);
  await world.shown("left", "middle", { until: "2026-02-01" });
  await world.shown("left", "right", { since: "2027-01-01", until: "2027-01-01" });
  expect(await impact(idOf("left"))).toEqual(NONE);
  await world.shown("left", "middle", { since: "2026-02-05" });
  expect(await impact(idOf("left"))).toMatchObject({ datasets: [{ id: idOf("middle") }] });
});

test("of a job is what lies behind its outputs, whether these are few or very many", async () => {
  for (const name of ["in", "out", "wide-in", "wide-out", "beyond"]) await world.dataset(name);
  const [few, many, old] = [await world.job("few"), await world.job("many"), await world.job("old")];
  await world.shown("in", "out", { job: few });
  await world.shown("in", "out", { job: old, until: "2026-02-01" });
  await world.shown("wide-in", many, { job: many, passages: 2 });
  await world.shown(many, "wide-out", { job: many, passages: 1 });
  await world.shown("wide-out", "beyond");
  expect(await impact("job:jobs:few")).toEqual({ ...NONE, datasets: [{ id: idOf("out"), depth: 1 }] });
  expect(await impact("job:jobs:many")).toEqual({ ...NONE, datasets: [{ id: idOf("wide-out"), depth: 1 }, { id: idOf("beyond"), depth: 2 }] });
  expect(await impact("job:jobs:many", 0)).toEqual({ ...NONE, truncatedAt: ["job:jobs:many"] });
  expect(await impact("job:jobs:old")).toEqual(NONE);
});

test("refuses what is not known", async () => {
  await expect(impact(idOf("nothing"))).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(impact("orders")).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
});
