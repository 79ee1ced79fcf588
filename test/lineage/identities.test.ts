import { type ObservedDataset, observeDatasets, reportFinding } from "../../src/catalog";
import { FINDING_KINDS } from "../../src/catalog/finding-model";
import { datasetUrn } from "../../src/catalog/public-ids";
import { findDatasetsByName, findFields, listDatasets } from "../../src/catalog/storage/dataset-queries";
import { listFindings } from "../../src/catalog/storage/finding-queries";
import { findOtherNames } from "../../src/catalog/storage/name-queries";
import { findCoverage } from "../../src/catalog/storage/coverage-queries";
import { classifyFields } from "../../src/catalog/use-cases/classify-fields";
import { importDescriptors } from "../../src/catalog/use-cases/import-descriptors";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { addNamespaceAlias } from "../../src/lineage/use-cases/add-namespace-alias";
import { mergeDatasets } from "../../src/lineage/use-cases/merge-datasets";
import { renameDataset } from "../../src/lineage/use-cases/rename-dataset";
import { undoDatasetMerge } from "../../src/lineage/use-cases/undo-dataset-merge";
import { auditTrail } from "../catalog/audit-trail";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => {
  world = await setup();
  for (const key of ["orders", "billing"]) await registerService(world.deps, { actor: "ada", key, name: key });
});
afterAll(() => world.close());

let spaces = 0;
let namespace = "";
beforeEach(() => {
  spaces += 1;
  namespace = `postgres://db${spaces}:5432`;
});

const named = (name: string) => ({ namespace, name });
const id = (name: string) => datasetUrn(named(name));
const seen = (name: string, more: Partial<ObservedDataset> = {}): ObservedDataset => ({
  ...named(name), fields: null, replaceFields: false, symlinks: [], renamedFrom: null, ...more,
});
const fields = (...names: string[]) => names.map((name) => ({ name, type: null, description: null }));
const observe = (...observed: ObservedDataset[]) => world.deps.transaction((tx) => observeDatasets(tx, observed));
const numberOf = async (observed: ObservedDataset) => (await observe(observed)).get(datasetUrn(observed))!;
const find = async (name: string, at = namespace) => [...(await findDatasetsByName(world.deps.db, [{ namespace: at, name }])).values()][0];
const fieldNames = async (number: number) => ((await findFields(world.deps.db, [number])).get(number) ?? []).map(({ name }) => name).sort();
const kinds = async (subject: string) =>
  (await listFindings(world.deps.db, { kinds: FINDING_KINDS, includeSilenced: true, subject }, { first: 50 })).edges.map(({ node }) => node.kind).sort();
const listed = async () => (await listDatasets(world.deps.db, {}, { first: 100 })).edges.map(({ node }) => node).filter((node) => node.namespace === namespace).map(({ name }) => name);
const host = (name: string, service: string, more: object = {}) => registerDataset(world.deps, { actor: "ada", ...named(name), service, ...more });
const by = { actor: "ada" };
const HOUR = 3_600_000;
const at = (hours: number) => new Date(Date.parse("2026-03-01T00:00:00Z") + hours * HOUR);

describe("an event that says that a dataset was renamed", () => {
  test("keeps its identity: the new name is its id, the old one leads to it", async () => {
    const { number } = await host("a", "orders", { fields: [{ name: "email", categories: ["user.contact.email"] }] });
    const renamed = seen("b", { renamedFrom: named("a"), fields: fields("email", "more"), at: at(1) });
    expect(await numberOf(renamed)).toMatchObject({ root: number });
    expect(await find("a")).toMatchObject({ number, id: id("b"), serviceKey: "orders", personal: "PERSONAL" });
    expect(await find("b")).toEqual(await find("a"));
    expect(await listed()).toEqual(["b"]);
    expect(await kinds(id("a"))).toEqual([]);
    expect(await kinds(id("b"))).toEqual(["UNCLASSIFIED", "UNPROVEN_ENDPOINT"]);
    expect(await observe(renamed)).toEqual(await observe(renamed));
    expect((await find("a"))!.id).toBe(id("b"));
  });

  test("makes the dataset of the new name one with it, where that was seen first", async () => {
    const { number } = await host("old", "orders");
    await observe(seen("new", { fields: fields("x") }));
    await observe(seen("new", { renamedFrom: named("old"), at: at(1) }));
    expect(await find("old")).toMatchObject({ number, id: id("new"), serviceKey: "orders" });
    expect(await fieldNames(number)).toEqual(["x"]);
  });

  test("undoes no later one, in whatever order they come, and may come back to a former name", async () => {
    const [ab, bc, ca] = [
      seen("b", { renamedFrom: named("a"), at: at(1) }), seen("c", { renamedFrom: named("b"), at: at(2) }), seen("a", { renamedFrom: named("c"), at: at(3) }),
    ];
    await observe(seen("a"));
    for (const event of [bc, ab, bc, ab]) await observe(event);
    expect([await find("a"), await find("b"), await find("c")].map((dataset) => dataset!.id)).toEqual([id("c"), id("c"), id("c")]);
    for (const event of [ca, bc, ab, ca, bc, ab]) await observe(event);
    expect([await find("a"), await find("b"), await find("c")].map((dataset) => dataset!.id)).toEqual([id("a"), id("a"), id("a")]);
  });
});

describe("a symlink", () => {
  test("makes two names one dataset: the declared one, else the older", async () => {
    const older = await numberOf(seen("older"));
    await observe(seen("younger"), seen("path", { fields: fields("p") }));
    await observe(seen("younger", { symlinks: [named("older")] }));
    expect(await find("younger")).toMatchObject({ number: older.number, id: id("older") });
    const { number } = await host("declared", "orders");
    await observe(seen("path", { symlinks: [named("declared")] }));
    expect(await find("path")).toMatchObject({ number, id: id("declared") });
    expect(await fieldNames(number)).toEqual(["p"]);
    await observe(seen("fresh", { symlinks: [named("alpha"), named("beta")] }));
    expect([await find("alpha"), await find("beta")].map((dataset) => dataset!.id)).toEqual([id("fresh"), id("fresh")]);
    expect(await listed()).toEqual(["declared", "fresh", "older"]);
  });

  test("of two declared datasets is a finding, and merges nothing", async () => {
    const [one, other] = [await host("one", "orders"), await host("other", "billing")];
    const event = seen("one", { symlinks: [named("other")] });
    await observe(event);
    await observe(event);
    expect(await kinds(id("one"))).toEqual(["IDENTITY_CONFLICT", "UNCLASSIFIED"]);
    expect([(await find("one"))!.number, (await find("other"))!.number]).toEqual([one.number, other.number]);
  });
});

describe("an alias of a namespace", () => {
  const alias = () => `postgres://replica${spaces}:5432`;
  const addAlias = (input = { alias: alias(), namespace }) => addNamespaceAlias(world.deps, { ...by, ...input });

  test("moves what is known under it, joins what stands in both, and holds for what comes", async () => {
    const { number } = await registerDataset(world.deps, { actor: "ada", namespace: alias(), name: "hosted", service: "orders" });
    await observe(seen("hosted"), { ...seen("alone"), namespace: alias() }, seen("both", { fields: fields("here") }), { ...seen("both"), namespace: alias(), fields: fields("there") });
    const kept = (await find("both"))!.number;
    await addAlias({ alias: alias().toUpperCase().replace("POSTGRES", "postgresql"), namespace });
    expect(await find("hosted")).toMatchObject({ number, id: id("hosted"), serviceKey: "orders" });
    expect(await find("hosted", alias())).toMatchObject({ number });
    expect(await find("both", alias())).toMatchObject({ number: kept, id: id("both") });
    expect(await fieldNames(kept)).toEqual(["here", "there"]);
    expect(await listed()).toEqual(["alone", "both", "hosted"]);
    expect(await kinds(id("alone"))).toEqual(["NO_SERVICE", "UNCLASSIFIED"]);
    expect(await kinds(datasetUrn({ namespace: alias(), name: "alone" }))).toEqual([]);
    const [later] = (await observe({ ...seen("later"), namespace: alias() })).values();
    expect(await find("later")).toMatchObject({ number: later!.root, id: id("later") });
    expect(await registerDataset(world.deps, { actor: "ada", namespace: alias(), name: "later", service: "billing" })).toMatchObject({ number: later!.root, id: id("later") });
  });

  test("of an alias is one of its namespace, in either order; a circle is refused", async () => {
    const [first, second] = [`s3://first${spaces}`, `s3://second${spaces}`];
    await addAlias({ alias: first, namespace: second });
    await addAlias({ alias: second, namespace });
    expect(await addAlias({ alias: `s3://third${spaces}`, namespace: first })).toMatchObject({ namespace });
    for (const at of [first, second, `s3://third${spaces}`]) await observe({ ...seen(at), namespace: at });
    expect(await listed()).toEqual([first, second, `s3://third${spaces}`]);
    await expect(addAlias({ alias: namespace, namespace: first })).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(addAlias({ alias: first, namespace: "s3://elsewhere" })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  test("is refused where different services host datasets of one name, and changes nothing", async () => {
    await host("same", "orders");
    await registerDataset(world.deps, { actor: "ada", namespace: alias(), name: "same", service: "billing" });
    await observe({ ...seen("alone"), namespace: alias() });
    await expect(addAlias()).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining(`${id("same")} (service:orders`) as string });
    expect(await find("alone")).toBeUndefined();
  });
});

describe("a merge by a person", () => {
  test("makes both names one dataset, and undoing it gives each back what it had", async () => {
    const [one, other] = [await host("one", "orders", { fields: [{ name: "own", categories: [] }] }), await numberOf(seen("other", { fields: fields("brought") }))];
    const before = [await find("one"), await find("other")];
    expect(await mergeDatasets(world.deps, { ...by, dataset: id("other"), into: id("one") })).toMatchObject({ id: id("one"), number: one.number, personal: "UNCLASSIFIED" });
    expect(await find("other")).toEqual(await find("one"));
    expect(await findOtherNames(world.deps.db, [one.number])).toEqual(new Map([[one.number, [id("other")]]]));
    expect(await fieldNames(one.number)).toEqual(["brought", "own"]);
    expect(await kinds(id("other"))).toEqual([]);
    expect(await undoDatasetMerge(world.deps, { ...by, dataset: id("other") })).toMatchObject({ id: id("other"), number: other.number });
    expect([await find("one"), await find("other")]).toEqual(before);
    expect(await kinds(id("other"))).toEqual(["NO_SERVICE", "UNCLASSIFIED"]);
    await observe(seen("one", { symlinks: [named("other")] }));
    expect([await find("one"), await find("other")]).toEqual(before);
  });

  test("keeps what is declared of either, under the name that was asked for", async () => {
    const { number } = await host("declared", "orders");
    const before = [await find("declared"), (await numberOf(seen("wanted"))).number];
    expect(await mergeDatasets(world.deps, { ...by, dataset: id("declared"), into: id("wanted") })).toMatchObject({ number, id: id("wanted"), serviceKey: "orders" });
    await undoDatasetMerge(world.deps, { ...by, dataset: id("declared") });
    expect([await find("declared"), (await find("wanted"))!.number]).toEqual(before);
  });

  test("of merged datasets takes their names along, and gives them back", async () => {
    for (const name of ["a", "b", "c"]) await observe(seen(name));
    await mergeDatasets(world.deps, { ...by, dataset: id("a"), into: id("b") });
    await mergeDatasets(world.deps, { ...by, dataset: id("b"), into: id("c") });
    expect((await find("a"))!.id).toBe(id("c"));
    await undoDatasetMerge(world.deps, { ...by, dataset: id("b") });
    expect([await find("a"), await find("b"), await find("c")].map((dataset) => dataset!.id)).toEqual([id("b"), id("b"), id("c")]);
  });

  test("of two that different services host is refused", async () => {
    for (const service of ["orders", "billing"]) await host(service, service);
    await expect(mergeDatasets(world.deps, { ...by, dataset: id("orders"), into: id("billing") })).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await listed()).toEqual(["billing", "orders"]);
  });

  test("resolves the finding that an event had said so; what is one already is no change", async () => {
    await host("one", "orders");
    await host("other", "orders");
    await observe(seen("one", { symlinks: [named("other")] }));
    await mergeDatasets(world.deps, { ...by, dataset: id("one"), into: id("other") });
    expect(await kinds(id("one"))).toEqual([]);
    const trail = await auditTrail(world.deps);
    await mergeDatasets(world.deps, { ...by, dataset: id("one"), into: id("other") });
    expect(await auditTrail(world.deps)).toEqual(trail);
  });
});

test("what the rooms above have found of a dataset goes with it, whatever its name", async () => {
  const report = async (name: string) => world.deps.transaction(async (tx) =>
    reportFinding(tx, { kind: "PROPOSED_DISPOSAL", subject: id(name), datasetId: (await find(name))!.number, message: "dropped" }));
  await observe(seen("kept"), seen("gone"), seen("both"));
  for (const name of ["gone", "both"]) await report(name);
  await renameDataset(world.deps, { ...by, dataset: id("gone"), ...named("went") });
  expect(await kinds(id("went"))).toContain("PROPOSED_DISPOSAL");
  for (const name of ["went", "both"]) await mergeDatasets(world.deps, { ...by, dataset: id(name), into: id("kept") });
  expect(await kinds(id("kept"))).toEqual(["NO_SERVICE", "PROPOSED_DISPOSAL", "UNCLASSIFIED"]);
  for (const name of ["gone", "went", "both"]) expect(await kinds(id(name))).toEqual([]);
});

describe("a renaming by a person", () => {
  test("gives a dataset a name, a former one of it or that of one merely observed", async () => {
    const { number } = await host("first", "orders");
    await observe(seen("observed"));
    const rename = (name: string) => renameDataset(world.deps, { ...by, dataset: id("first"), ...named(name) });
    for (const name of ["second", "observed", "first"]) expect(await rename(name)).toMatchObject({ number, id: id(name) });
    expect([await find("second"), await find("observed")].map((dataset) => dataset!.number)).toEqual([number, number]);
    await host("taken", "orders");
    await expect(rename("taken")).rejects.toMatchObject({ code: "CONFLICT" });
  });
});

describe("another name of a dataset", () => {
  test("stands for it where something is registered, classified or declared by a source", async () => {
    const document = (at: string) => `datasets: [{ namespace: "${at}", name: old, service: orders, fields: [{ name: id, categories: [] }] }]`;
    const apply = (dryRun: boolean) => importDescriptors(world.deps, { ...by, source: `s${spaces}`, format: "CADASTRE", document: document(namespace), dryRun });
    expect((await apply(false)).errors).toEqual([]);
    await observe(seen("new", { renamedFrom: named("old"), fields: fields("id", "seen"), at: at(1) }));
    expect(await apply(true)).toMatchObject({ changes: 0, errors: [], plan: [] });
    expect(await apply(false)).toMatchObject({ changes: 0, errors: [], plan: [] });
    expect(await classifyFields(world.deps, { ...by, dataset: id("old"), fields: [{ name: "seen", categories: ["user"] }] })).toMatchObject({ id: id("new"), personal: "PERSONAL" });
    expect(await host("old", "orders", { description: "d" })).toMatchObject({ id: id("new"), description: "d" });
  });

  test("is counted in no coverage", async () => {
    const before = await findCoverage(world.deps.db, null);
    await observe(seen("one", { symlinks: [named("other")] }));
    expect((await findCoverage(world.deps.db, null)).total).toBe(before.total + 1);
  });
});
