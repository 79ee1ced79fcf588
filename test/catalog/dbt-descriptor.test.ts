import type { DatasetInput } from "../../src/catalog/dataset-model";
import { findDatasetDefinitions } from "../../src/catalog/storage/dataset-queries";
import { importDescriptors, type ImportReport } from "../../src/catalog/use-cases/import-descriptors";
import { setup, type World } from "../support/setup";
import { auditTrail } from "./audit-trail";
import { fixturesOf, readDescriptor } from "./read-descriptor";

let world: World;
beforeAll(async () => (world = await setup()));
afterAll(() => world.close());

const apply = (documents: readonly string[], source: string, format: "AUTO" | "DBT" = "AUTO"): Promise<ImportReport> =>
  importDescriptors(world.deps, {
    actor: "ada", source, format, document: "", files: documents.map((document, index) => ({ path: `${source}/${index}.json`, document })), dryRun: false,
  });

type Entries = Record<string, object>;
const artifact = (kind: string, members: object): string => JSON.stringify({ metadata: { dbt_schema_version: `https://schemas.getdbt.com/dbt/${kind}.json` }, ...members });
const manifest = (nodes: Entries, others: object = {}): string => artifact("manifest/v12", { nodes, ...others });
const catalog = (nodes: Entries, sources: Entries = {}): string => artifact("catalog/v1", { nodes, sources, errors: null });

/** An entry of a manifest, by its id. */
const node = (type: string, name: string, members: object = {}, project = "shop"): Entries => ({
  [`${type}.${project}.${name}`]: { resource_type: type, package_name: project, name, database: "db", schema: "main", ...members },
});
/** An entry of a catalog, whose columns have these types. */
const table = (id: string, name: string, columns: Record<string, string>, metadata: object = {}): Entries => ({
  [id]: {
    metadata: { type: "BASE TABLE", database: "db", schema: "main", name, owner: "someone", comment: null, ...metadata },
    columns: Object.fromEntries(Object.entries(columns).map(([column, type], at) => [column, { name: column, type, index: at + 1, comment: null }])),
  },
});

const read = (documents: readonly string[]) => readDescriptor(documents.join("\n---\n"), "DBT");
async function datasetsOf(...documents: string[]): Promise<DatasetInput[]> {
  const { descriptor, errors } = await read(documents);
  expect(errors).toEqual([]);
  return descriptor.datasets.map(({ input }) => input);
}

test("a model, seed, snapshot or source is a dataset named by where it lies; nothing else is", async () => {
  const datasets = await datasetsOf(manifest(
    {
      ...node("model", "orders", { alias: "orders_v2" }), ...node("seed", "countries"), ...node("snapshot", "prices", { database: null }), ...node("model", "other", {}, "lib"),
      ...node("test", "not_null"), ...node("analysis", "study"), ...node("operation", "hook"), ...node("sql operation", "x"),
      ...node("model", "step", { config: { materialized: "ephemeral" } }), ...node("model", "off", { config: { enabled: false } }),
    },
    {
      sources: node("source", "erp.items", { name: "items", identifier: "ITEMS_RAW", source_name: "erp" }),
      exposures: node("exposure", "e"), metrics: node("metric", "m"), macros: node("macro", "k"), disabled: { "model.shop.gone": [node("model", "gone")] },
    },
  ));
  expect(datasets.map(({ namespace, name }) => `${namespace} ${name}`)).toEqual([
    "dbt://shop db.main.orders_v2", "dbt://shop db.main.countries", "dbt://shop main.prices", "dbt://lib db.main.other", "dbt://shop db.main.ITEMS_RAW",
  ]);
  expect(datasets.at(-1)!.properties).toEqual({ unique_id: "source.shop.erp.items", resource_type: "source", source_name: "erp" });
});

test("columns are fields with their descriptions, classes and categories; what has no member is kept under dbt's names", async () => {
  const [orders] = await datasetsOf(manifest({
    ...node("model", "orders", {
      description: "What was ordered.",
      tags: ["nightly"],
      meta: { owner: "orders crew", classification: "internal", contact: "someone@example.test", tier: 1 },
      config: { materialized: "table", meta: { classification: "older", cost: "low" } },
      columns: {
        id: { name: "id", description: "", data_type: "integer" },
        email: { name: "email", description: "To whom the receipt goes.", tags: ["user.contact.email", "mail"], meta: { classification: "restricted" } },
        note: { name: "note", config: { meta: { data_categories: ["user.content"], tier: 2 } } },
        free: { name: "free", meta: { fides: { data_categories: [] } } },
      },
    }),
    "test.shop.unique_orders_id.1": { resource_type: "test", name: "unique_orders_id", attached_node: "model.shop.orders" },
  }));
  expect(orders).toEqual({
    namespace: "dbt://shop",
    name: "db.main.orders",
    description: "What was ordered.",
    sensitivity: "internal",
    fields: [
      { name: "id", type: "integer" },
      { name: "email", description: "To whom the receipt goes.", sensitivity: "restricted", categories: ["user.contact.email"] },
      { name: "note", categories: ["user.content"] },
      { name: "free", categories: [] },
    ],
    properties: {
      unique_id: "model.shop.orders", resource_type: "model", materialized: "table", tags: ["nightly"], owner: "orders crew",
      meta: { classification: "internal", tier: 1, cost: "low" },
      tests: ["unique_orders_id"],
      columns: {
        email: { tags: ["user.contact.email", "mail"], meta: { classification: "restricted" } },
        note: { meta: { data_categories: ["user.content"], tier: 2 } },
        free: { meta: { fides: { data_categories: [] } } },
      },
    },
  });
});

test.each<[string, object, string | undefined]>([
  ["a text", { meta: { owner: "@crew" } }, "@crew"],
  ["a text of a later version", { config: { meta: { owner: "crew" } } }, "crew"],
  ["an address", { meta: { owner: "some.one@example.test" } }, undefined],
  ["an address, of a group", { meta: { owner: "some.one@example.test" }, group: "finance" }, "finance"],
  ["a person", { meta: { owner: { name: "Some One", email: "some.one@example.test" } } }, undefined],
  ["a team", { meta: { owner: { name: "Some One", team: "crew" } } }, "crew"],
  ["a group", { config: { group: "finance" } }, "finance"],
])("of an owner the team is kept and no person: %s", async (_, members, owner) => {
  const [dataset] = await datasetsOf(manifest(node("model", "m", members)));
  expect(dataset!.properties!.owner).toBe(owner);
  expect(JSON.stringify(dataset)).not.toMatch(/Some One|some\.one/);
});

test("a test stands at the node that it is attached to, before version 9 at the last that it depends on; a test of its own at all of them", async () => {
  const on = (...names: string[]) => ({ depends_on: { nodes: names.map((name) => `model.shop.${name}`) } });
  const datasets = await datasetsOf(manifest({
    ...node("model", "a"), ...node("model", "b"),
    ...node("test", "attached", { attached_node: "model.shop.a", test_metadata: {}, ...on("b", "a") }),
    ...node("test", "generic", { test_metadata: { name: "relationships" }, ...on("a", "b") }),
    ...node("test", "singular", on("a", "b")),
    ...node("test", "loose", {}),
  }));
  expect(datasets.map(({ properties }) => properties!.tests)).toEqual([["attached", "singular"], ["generic", "singular"]]);
});

test("manifest and catalog make one dataset: its columns have the type and order of the catalog and the words of the manifest", async () => {
  const [orders, ...others] = await datasetsOf(
    catalog(table("model.shop.orders", "ORDERS", { ID: "NUMBER", EMAIL: "VARCHAR", ADDED: "DATE" }, { database: "DB", schema: "MAIN", comment: "In the database." })),
    manifest(node("model", "orders", { columns: {
      email: { name: "email", description: "Whose.", data_type: "text" }, gone: { name: "gone", data_type: "text" }, Id: { name: "Id", tags: ["system.operations"] },
    } })),
  );
  expect(others).toEqual([]);
  expect(orders).toMatchObject({
    namespace: "dbt://shop", name: "db.main.orders", description: "In the database.",
    fields: [
      { name: "Id", type: "NUMBER", categories: ["system.operations"] }, { name: "email", type: "VARCHAR", description: "Whose." },
      { name: "ADDED", type: "DATE" }, { name: "gone", type: "text" },
    ],
    properties: { unique_id: "model.shop.orders", resource_type: "model", type: "BASE TABLE" },
  });
  expect(JSON.stringify(orders)).not.toContain("someone");
});

test("columns that differ in case alone stay apart", async () => {
  const [dataset] = await datasetsOf(
    manifest(node("model", "m", { columns: { id: { name: "id", description: "lower" }, ID: { name: "ID", description: "upper" } } })),
    catalog(table("model.shop.m", "m", { Id: "date", iD: "bool", ID: "text" })),
  );
  expect(dataset!.fields).toEqual([{ name: "id", type: "date", description: "lower" }, { name: "iD", type: "bool" }, { name: "ID", type: "text", description: "upper" }]);
});

test("a catalog makes datasets by itself; columns stand in the order of their index", async () => {
  const entries = table("seed.shop.countries", "countries", { b: "text", a: "int" }, { database: null });
  const { columns } = entries["seed.shop.countries"] as { columns: Record<string, object> };
  expect(await datasetsOf(catalog({ "seed.shop.countries": { ...entries["seed.shop.countries"], columns: { a: columns.a, b: columns.b } } }))).toEqual([{
    namespace: "dbt://shop", name: "main.countries", fields: [{ name: "b", type: "text" }, { name: "a", type: "int" }],
    properties: { unique_id: "seed.shop.countries", resource_type: "seed", type: "BASE TABLE" },
  }]);
});

test("a source that reads what a seed has written is the same dataset", async () => {
  const described = (column: object) => ({ columns: { id: { name: "id", ...column } } });
  const datasets = await datasetsOf(
    manifest(
      { ...node("seed", "raw", described({ description: "the seed's" })), ...node("test", "t1", { attached_node: "seed.shop.raw" }), ...node("test", "t2", { attached_node: "source.shop.erp.raw" }) },
      { sources: node("source", "erp.raw", { name: "raw", description: "The source's.", ...described({ description: "the source's", data_type: "int" }) }) },
    ),
    catalog(table("seed.shop.raw", "raw", { id: "INT" }), table("source.shop.erp.raw", "raw", { id: "INT", extra: "TEXT" })),
  );
  expect(datasets).toMatchObject([{
    name: "db.main.raw", description: "The source's.", fields: [{ name: "id", type: "INT", description: "the seed's" }, { name: "extra", type: "TEXT" }],
    properties: { unique_id: "seed.shop.raw", resource_type: "seed", tests: ["t1", "t2"] },
  }]);
});

test("manifests of several projects stand in one source; what one shares with the other is one dataset", async () => {
  const shared = node("model", "shared", { description: "Shared." }, "lib");
  const datasets = await datasetsOf(manifest({ ...node("model", "a"), ...node("model", "shared", {}, "lib") }), manifest({ ...node("model", "a", {}, "lib"), ...shared }));
  expect(datasets.map(({ namespace, name, description }) => [namespace, name, description])).toEqual([
    ["dbt://shop", "db.main.a", undefined], ["dbt://lib", "db.main.shared", "Shared."], ["dbt://lib", "db.main.a", undefined],
  ]);
});

test("a catalog's entry belongs to the manifest of its target where several have its id", async () => {
  const datasets = await datasetsOf(
    manifest(node("model", "m", { schema: "dev" })), manifest(node("model", "m", { schema: "prod" })), catalog(table("model.shop.m", "M", { id: "int" }, { schema: "PROD" })),
  );
  expect(datasets.map(({ name, fields }) => [name, fields?.length])).toEqual([["db.dev.m", undefined], ["db.prod.m", 1]]);
  const [only, ...others] = await datasetsOf(manifest(node("model", "m", { schema: "dev" })), catalog(table("model.shop.m", "m", { id: "int" }, { schema: "prod" })));
  expect([only!.name, only!.fields?.length, others.length]).toEqual(["db.dev.m", 1, 0]);
});

test("of a type that is pages long, the beginning is kept", async () => {
  const [dataset] = await datasetsOf(catalog(table("model.shop.m", "m", { nested: `STRUCT<${"a INT64,\n".repeat(1000)}>`, plain: "" })));
  expect(dataset!.fields).toEqual([{ name: "nested", type: expect.stringMatching(/^STRUCT<a INT64, a INT64.*…$/) }, { name: "plain", type: undefined }]);
  expect([...dataset!.fields![0]!.type!]).toHaveLength(512);
});

test("all errors are found at once, each with its place", async () => {
  const { errors } = await read([
    `{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}, "nodes": {
"model.shop.a": {"resource_type": "model", "name": "a"},
"model.shop.b": {"resource_type": "model", "package_name": "shop", "name": "b", "description": {}, "columns": {"c": {"meta": {"data_categories": ["user.nmae"]}},
  "d": 1, "e": {"name": "e", "description": "\\u0000"}, "f": {"name": "e"}}},
"model.shop.c": {"resource_type": "model", "package_name": "shop", "name": ""},
"seed.shop.d": []
}, "sources": []}`,
    `{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}, "nodes": {"x": {"metadata": {"name": "x"}, "columns": []},
"model.shop.a": {}}}`,
    `{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}}`,
    `{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json"}}`,
    `{"metadata": {}}`,
    `{}`,
    `[]`,
  ]);
  expect(errors).toEqual([
    "2:17: package_name is missing",
    "3:96: expected a text",
    "3:147: categories must be of the fideslang taxonomy, or declared by this source",
    "4:8: expected a mapping",
    expect.stringMatching(/^4:16: description has an invisible/),
    "4:61: name stands in the list already",
    "5:17: name must not be empty",
    "6:16: expected a mapping",
    "7:15: expected a mapping",
    "9:103: its id must be <type>.<project>.<name>",
    "9:142: expected a mapping",
    "10:17: metadata is missing",
    "12:1: nodes is missing",
    expect.stringMatching(/^14:37: expected the schema of a manifest or catalog, such as .*: no other artifact is read$/),
    "16:14: dbt_schema_version is missing",
    "18:1: metadata is missing",
    "20:1: expected a mapping",
  ]);
});

test("an empty text declares nothing", async () => {
  expect(await datasetsOf("# nothing\n---\n")).toEqual([]);
});

test("an applied project changes nothing the second time", async () => {
  const documents = [manifest(node("model", "orders", { meta: { b: 1, a: 2 }, columns: { id: { name: "id" } } })), catalog(table("model.shop.orders", "orders", { id: "int" }))];
  expect(await apply(documents, "target")).toMatchObject({ errors: [], changes: 1 });
  const before = await auditTrail(world.deps);
  expect(await apply(documents, "target", "DBT")).toMatchObject({ errors: [], changes: 0 });
  expect(await auditTrail(world.deps)).toEqual(before);
  expect(await apply([manifest({})], "target")).toMatchObject({ errors: [], changes: 1, plan: ["- dataset:dbt%3A%2F%2Fshop:db.main.orders"] });
});

const fixtures = fixturesOf("dbt");
(fixtures.length > 0 ? test : test.skip)("a real project imports, each artifact by itself and both as one source, and changes nothing the second time", async () => {
  for (const { document } of fixtures) {
    expect(await apply([document], "real")).toMatchObject({ errors: [], skipped: [] });
    expect(await apply([document], "real", "DBT")).toMatchObject({ errors: [], changes: 0 });
  }
  const documents = fixtures.map(({ document }) => document);
  expect(await apply(documents, "real")).toMatchObject({ errors: [], skipped: [] });
  expect(await apply(documents, "real")).toMatchObject({ errors: [], changes: 0 });
  const [customers] = (await findDatasetDefinitions(world.deps.db, [{ namespace: "dbt://jaffle_shop", name: "jaffle_shop.main.customers" }])).values();
  expect(customers).toMatchObject({ properties: { materialized: "table", unique_id: "model.jaffle_shop.customers" } });
  expect(customers!.fields[0]).toMatchObject({ name: "customer_id", type: "VARCHAR", description: expect.stringMatching(/key/) });
});
