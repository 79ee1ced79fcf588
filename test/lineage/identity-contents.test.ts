import { createMarkCustodyJob } from "../../src/lineage/jobs/mark-custody-job";
import { addNamespaceAlias } from "../../src/lineage/use-cases/add-namespace-alias";
import { recordEvents } from "../../src/lineage/use-cases/record-events";
import { catalogWorld, type CatalogWorld } from "../catalog/catalog-world";
import { datasetEvent, runEvent, seen } from "./recorded-world";

let world: CatalogWorld;
beforeEach(async () => {
  world = await catalogWorld();
});
afterEach(() => world.close());

const id = (name: string, namespace = "pg"): string => `dataset:${namespace}:${name}`;
const table = (name: string) => ({ namespace: "pg", name });
const record = (...events: Parameters<typeof recordEvents>[1]): Promise<void> => world.deps.transaction((tx) => recordEvents(tx, events));
const renamed = (at: number, from: string, to: string) => datasetEvent(at, seen(to, { change: { kind: "RENAME", previous: table(from) } }));
const symlinked = (at: number, one: string, other: string) => datasetEvent(at, seen(one, { symlinks: [table(other)] }));
const mutated = async (mutation: string, input: Record<string, unknown>): Promise<unknown> => {
  const answer = await world.mutate(mutation, input, "id", "editor");
  return answer.data?.[mutation] ?? (answer.errors![0]!.extensions as { code: string }).code;
};
const register = (name: string, more: object = {}) => mutated("registerDataset", { ...table(name), ...more });
const undo = (name: string, namespace?: string) => mutated("undoDatasetMerge", { dataset: id(name, namespace) });
const merge = (name: string, into: string) => mutated("mergeDatasets", { dataset: id(name), into: id(into) });
const rename = (name: string, to: string) => mutated("renameDataset", { dataset: id(name), ...table(to) });
const alias = () => addNamespaceAlias(world.deps, { actor: "ada", alias: "replica", namespace: "pg" });
const attest = (name: string, state: "confirmed" | "proposed" = "confirmed") =>
  world.deps.db.query(
    "testAttest",
    `insert into attestations (id, dataset_id, method, expires_at, proposed_by, proposed_at, confirmed_by, confirmed_at)
     select $1, id, 'aggregation', $3::timestamptz + interval '90 days', 'ada', $3, case $4 when 'confirmed' then 'bob' end, case $4 when 'confirmed' then $3::timestamptz end
     from datasets where name = $2`,
    [world.deps.ids.uuid(), name, world.clock.now(), state],
  );
const attested = async () => (await world.deps.db.query<{ name: string }>("testAttested", "select d.name from attestations a join datasets d on d.id = a.dataset_id where a.ended_at is null order by d.name")).map(({ name }) => name);
/** Names of the datasets that hold copies of one, those that are excluded with the reason. */
const copies = async (name: string): Promise<string[]> => {
  const { custody } = await world.ask<{ custody: { datasets: { id: string; excluded: string | null }[] } }>("query ($of: ID!) { custody(of: $of) { datasets { id excluded } } }", { of: id(name) });
  return custody.datasets.map((node) => `${node.id.replace("dataset:pg:", "")}${node.excluded === null ? "" : `: ${node.excluded}`}`).sort();
};
const conflicts = async (): Promise<string[]> =>
  (await world.deps.db.query<{ subject: string }>("testConflicts", "select f.subject from findings f where f.kind = 'IDENTITY_CONFLICT' and f.resolved_at is null order by f.subject")).map(({ subject }) => subject);
/** What people and orders were copied to, by different jobs. */
const flowed = (people: string, orders: string) => record(runEvent({ job: "p", at: 1, inputs: ["people"], outputs: [people] }), runEvent({ job: "o", at: 1, inputs: ["orders"], outputs: [orders] }));

describe("what is attested of a dataset", () => {
  test("ends when an event joins another name to it: custody goes on beyond, and coverage counts it", async () => {
    await mutated("registerService", { key: "crm", name: "crm" });
    await register("people", { service: "crm", fields: [{ name: "m", categories: ["user"] }] });
    for (const name of ["sums", "leak"]) await register(name, { service: "crm", fields: [{ name: "n", categories: [] }] });
    await attest("sums");
    await record(runEvent({ at: 1, inputs: ["people"], outputs: ["copy"] }), runEvent({ job: "k", at: 1, inputs: ["copy"], outputs: ["leak"] }));
    await record(symlinked(2, "copy", "sums"));
    expect(await copies("people")).toEqual(["leak", "sums"]);
    await createMarkCustodyJob(world.deps).runOnce();
    expect(await world.ask("{ erasureCoverage { inScope } }")).toEqual({ erasureCoverage: { inScope: 3 } });
  });

  test.each([
    ["a name that nobody knew", () => record(symlinked(2, "sums", "new"))],
    ["a renaming that unites", () => record(renamed(2, "sums", "copy"))],
    ["a person who merges", () => merge("copy", "sums")],
    ["a person who renames", () => rename("sums", "copy")],
    ["an alias", async () => {
      await record(runEvent({ at: 1, inputs: ["people"], outputs: [{ ...seen("sums"), namespace: "replica" }] }));
      await alias();
    }],
  ])("ends by %s, of both and whether confirmed or proposed", async (_, join) => {
    await register("sums");
    await register("kept");
    await record(runEvent({ at: 1, inputs: ["people"], outputs: ["copy"] }));
    for (const name of ["sums", "copy", "kept"]) await attest(name);
    await attest("sums", "proposed");
    await join();
    expect((await attested()).filter((name) => name === "sums")).toEqual([]);
    expect(await attested()).toContain("kept");
  });
});

describe("a name that another dataset had before", () => {
  test("is not taken by a renaming, whether told one by one or together: blue and green stay two", async () => {
    const swap = [renamed(3, "customers", "customers_old"), renamed(4, "customers_new", "customers")];
    await flowed("customers", "customers_new");
    for (const event of [...swap, ...swap]) await record(event);
    expect([await copies("people"), await copies("orders")]).toEqual([["customers_old"], ["customers_new"]]);
    expect(await conflicts()).toEqual([id("customers_new")]);
    expect(await rename("customers_new", "customers")).toBe("CONFLICT");
    await undo("customers");
    expect(await rename("customers_new", "customers")).toEqual({ id: id("customers") });
    expect([await copies("people"), await copies("orders"), await conflicts()]).toEqual([["customers_old"], ["customers"], []]);
  });

  test("is not taken where all is heard at once, in any order", async () => {
    await record(renamed(4, "customers_new", "customers"), renamed(3, "customers", "customers_old"));
    await flowed("customers_old", "customers_new");
    expect([await copies("people"), await copies("orders")]).toEqual([["customers_old"], ["customers_new"]]);
  });

  test("nor by who is to take it in turn: two that swap by way of a third stay two", async () => {
    await flowed("a", "b");
    for (const event of [renamed(2, "a", "tmp"), renamed(3, "b", "a"), renamed(4, "tmp", "b")]) await record(event);
    expect([await copies("people"), await copies("orders")]).toEqual([["tmp"], ["b"]]);
    expect(await conflicts()).toEqual([id("b"), id("tmp")]);
  });
});

describe("taking names apart", () => {
  const contents = async () => [await copies("people"), await copies("orders")];

  test("gives what came to each name the name that it had, after a renaming to a merged name", async () => {
    await flowed("x", "y");
    await merge("y", "x");
    await rename("x", "y");
    expect(await contents()).toEqual([["y"], ["y"]]);
    await undo("x");
    expect(await contents()).toEqual([["x"], ["y"]]);
  });

  test("does so after events, and after several renamings in either order", async () => {
    await flowed("x", "y");
    await record(runEvent({ job: "s", at: 1, inputs: ["stock"], outputs: ["z"] }));
    await record(renamed(2, "x", "y"));
    await rename("y", "z");
    const all = async () => [...(await contents()), await copies("stock")];
    expect(await all()).toEqual([["z"], ["z"], ["z"]]);
    await undo("x");
    expect(await all()).toEqual([["z"], ["y"], ["z"]]);
    expect(await undo("x")).toEqual({ id: id("z") });
    expect(await all()).toEqual([["x"], ["y"], ["z"]]);
  });

  test("leaves a plain new name as it is, and the former one free", async () => {
    await flowed("x", "other");
    await rename("x", "y");
    await undo("x");
    expect(await contents()).toEqual([["y"], ["other"]]);
    expect(await rename("other", "x")).toEqual({ id: id("x") });
    expect(await contents()).toEqual([["y"], ["x"]]);
  });

  test("works for what an alias joined: by its stored name it is a dataset again", async () => {
    await record(runEvent({ job: "p", at: 1, inputs: ["people"], outputs: [{ ...seen("x"), namespace: "replica" }] }), runEvent({ job: "o", at: 1, inputs: ["orders"], outputs: ["x"] }));
    await alias();
    expect(await contents()).toEqual([["x"], ["x"]]);
    expect(await undo("x", "replica")).toEqual({ id: id("x", "replica") });
    expect(await contents()).toEqual([[id("x", "replica")], ["x"]]);
    const asked = { id: id("x", "replica") };
    expect(await world.ask("query ($id: ID!) { dataset(id: $id) { id } lineage(of: $id, direction: UPSTREAM) { nodes { id depth } } }", asked)).toEqual({
      dataset: asked,
      lineage: { nodes: [{ ...asked, depth: 0 }, { id: id("people"), depth: 1 }] },
    });
  });

  test("lasts, whatever third name events join to either", async () => {
    for (const name of ["s", "r", "n"]) await register(name);
    await flowed("n", "r");
    await merge("n", "r");
    await undo("n");
    for (const event of [symlinked(2, "n", "s"), symlinked(3, "s", "r"), symlinked(4, "r", "s")]) await record(event);
    expect(await contents()).toEqual([["s"], ["r"]]);
  });
});

test("a field that two merged datasets have is classified as both say, until they are taken apart", async () => {
  const field = (name: string, categories: string[] | null) => ({ name, categories });
  await register("plain", { fields: [field("email", []), field("note", []), field("both", ["system.a"]), field("odd", null)] });
  await register("personal", { fields: [field("email", ["user.contact.email"]), field("note", null), field("both", ["system.b"]), field("odd", ["user"])] });
  const classified = async () => {
    const { dataset } = await world.ask<{ dataset: { personal: string; fields: { name: string; categories: string[] | null }[] } }>("query ($id: ID!) { dataset(id: $id) { personal fields { name categories } } }", { id: id("plain") });
    return [dataset.personal, ...dataset.fields.map(({ name, categories }) => `${name} ${categories?.join() ?? "-"}`)];
  };
  const before = await classified();
  await merge("personal", "plain");
  expect(await classified()).toEqual(["PERSONAL", "email user.contact.email", "note -", "both system.a,system.b", "odd user"]);
  await undo("personal");
  expect(await classified()).toEqual(before);
});
