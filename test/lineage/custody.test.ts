import { flowWorld, type FlowWorld, idOf } from "./flow-world";

let world: FlowWorld;
interface Node {
  readonly id: string;
  readonly path: readonly string[];
  readonly personal: string;
  readonly excluded: string | null;
}
const QUERY = "query ($of: ID!, $first: Int) { custody(of: $of, first: $first) { datasets { id path personal excluded } truncatedAt } }";
const custody = async (of: string, first = 1000): Promise<{ datasets: Node[]; truncatedAt: string[] }> =>
  (await world.ask<{ custody: { datasets: Node[]; truncatedAt: string[] } }>(QUERY, { of, first }, "reader")).custody;
/** `name: EXCLUDED` or `name`, in the order listed. */
const held = async (of: string): Promise<string[]> =>
  (await custody(of)).datasets.map(({ id, excluded }) => decodeURIComponent(id.split(":").at(-1)!) + (excluded === null ? "" : `: ${excluded}`));
const datasets = async (...names: string[]): Promise<void> => {
  for (const name of names) await world.dataset(name);
};

beforeAll(async () => {
  world = await flowWorld();
});
afterAll(() => world.close());

test("tells where copies may lie, by which way, and what they are", async () => {
  await datasets("crm", "copy");
  await world.dataset("mart", { fields: [{ name: "sum", categories: [] }] });
  await world.kept("crm", "copy");
  await world.kept("copy", "mart");
  expect(await custody(idOf("crm"))).toEqual({
    datasets: [
      { id: idOf("copy"), path: [idOf("crm"), idOf("copy")], personal: "UNCLASSIFIED", excluded: null },
      { id: idOf("mart"), path: [idOf("crm"), idOf("copy"), idOf("mart")], personal: "NOT_PERSONAL", excluded: null },
    ],
    truncatedAt: [],
  });
  expect(await custody(idOf("crm"), 1)).toMatchObject({ datasets: [{ id: idOf("copy") }], truncatedAt: [idOf("copy")] });
  expect(await custody(idOf("crm"), 0)).toEqual({ datasets: [], truncatedAt: [idOf("crm")] });
  expect(await custody(idOf("mart"))).toEqual({ datasets: [], truncatedAt: [] });
});

test("begins at every dataset of an entity, and at the dataset of a field", async () => {
  await world.did("registerEntity", { key: "customer", name: "Customer" });
  await world.dataset("people", { entities: ["customer"], fields: [{ name: "mail", categories: ["user"] }] });
  await world.dataset("orders", { entities: ["customer"] });
  await datasets("people-copy", "orders-copy");
  await world.kept("people", "people-copy");
  await world.kept("orders", "orders-copy");
  await world.kept("people", "orders");
  expect(await held("entity:customer")).toEqual(["people-copy", "orders-copy"]);
  expect(await held(`${idOf("people")}#mail`)).toEqual(["orders", "people-copy", "orders-copy"]);
});

test("passes through jobs with very many inputs and outputs", async () => {
  await datasets("input", "output");
  const job = await world.job("wide");
  await world.kept("input", job, { job, passages: 2 });
  await world.kept(job, "output", { job, passages: 1 });
  expect(await custody(idOf("input"))).toMatchObject({ datasets: [{ path: [idOf("input"), idOf("output")] }] });
});

test("stops at what is attested anonymous, as long as the attestation lasts", async () => {
  await datasets("source", "sums", "report");
  await world.kept("source", "sums");
  await world.kept("sums", "report");
  await world.attest("sums");
  expect(await custody(idOf("source"))).toMatchObject({ datasets: [{ id: idOf("sums"), personal: "ATTESTED_ANONYMOUS", excluded: "ATTESTED" }] });
  expect(await held(idOf("sums"))).toEqual(["report"]);
  world.clock.advance("P1D");
  expect(await held(idOf("source"))).toEqual(["sums", "report"]);
});

test("goes by the latest disposal, and by what flowed in since", async () => {
  await datasets("origin", "stage", "lake");
  await world.kept("origin", "stage", { until: "2026-02-01" });
  await world.kept("stage", "lake");
  await world.dispose("stage", "DROPPED", "2026-01-15");
  expect(await held(idOf("origin"))).toEqual(["stage", "lake"]);
  await world.dispose("stage", "TRUNCATED", "2026-02-15");
  await world.dispose("stage", "REBUILT", "2026-02-10");
  expect(await held(idOf("origin"))).toEqual(["stage: TRUNCATED", "lake"]);
  await world.kept("origin", "stage", { job: 1, since: "2026-02-16", until: "2026-02-16" });
  expect(await held(idOf("origin"))).toEqual(["stage", "lake"]);
});

describe("a dataset under two names", () => {
  test("is one, with whatever flowed in under either", async () => {
    await datasets("root", "other-name", "begin", "after");
    await world.kept("begin", "other-name");
    await world.kept("root", "after");
    await world.merge("other-name", "root");
    expect(await held(idOf("begin"))).toEqual(["root", "after"]);
    expect((await custody(idOf("other-name"))).datasets.map(({ path }) => path)).toEqual([[idOf("root"), idOf("after")]]);
  });

  test("that was disposed of before the names were known to be one, is not rid of what came under the other", async () => {
    await datasets("feed", "first-name", "second-name", "third-name");
    await world.kept("feed", "first-name");
    await world.kept("feed", "second-name");
    await world.dispose("first-name", "DROPPED", "2026-02-15");
    world.clock.advance("PT1H");
    await world.merge("third-name", "first-name");
    expect(await held(idOf("feed"))).toEqual(["first-name: DROPPED", "second-name"]);
    await world.merge("second-name", "first-name");
    expect(await held(idOf("feed"))).toEqual(["first-name"]);
    await world.dispose("first-name", "DROPPED", "2026-02-15");
    expect(await held(idOf("feed"))).toEqual(["first-name: DROPPED"]);
  });

  test("that was disposed of under a name that is now another's, is rid of what came under that name", async () => {
    await datasets("flow-in", "old-home", "new-home");
    await world.kept("flow-in", "old-home");
    await world.dispose("old-home", "DROPPED", "2026-02-15");
    world.clock.advance("PT1H");
    await world.merge("old-home", "new-home");
    expect(await held(idOf("flow-in"))).toEqual(["new-home: DROPPED"]);
  });
});

test("refuses what is not known, what is no id, and what has no datasets", async () => {
  await expect(custody(idOf("nothing"))).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(custody(`${idOf("crm")}#nothing`)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(custody("dataset:a")).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  await expect(custody("service:crm")).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  await expect(custody(idOf("crm"), -1)).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
});
