import type { DatasetInput } from "../../src/catalog/dataset-model";
import { findDatasetDefinitions } from "../../src/catalog/storage/dataset-queries";
import { importDescriptors, type ImportReport } from "../../src/catalog/use-cases/import-descriptors";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { setup, type World } from "../support/setup";
import { auditTrail } from "./audit-trail";
import { fixturesOf, readDescriptor } from "./read-descriptor";

let world: World;
beforeAll(async () => (world = await setup()));
afterAll(() => world.close());

const apply = (document: string, source = "orders.odcs.yaml", format: "AUTO" | "ODCS" = "AUTO"): Promise<ImportReport> =>
  importDescriptors(world.deps, { actor: "ada", source, format, document, dryRun: false });

/** A contract with these members beside those that each has. */
const contract = (members: string, { id = "orders", version = "1.0.0" } = {}): string =>
  `apiVersion: v3.1.0\nkind: DataContract\nid: ${id}\nversion: ${version}\nstatus: active\n${members}\n`;

async function datasetsOf(text: string): Promise<DatasetInput[]> {
  const { descriptor, errors } = await readDescriptor(text, "ODCS");
  expect(errors).toEqual([]);
  return descriptor.datasets.map(({ input }) => input);
}
const errorsIn = async (text: string): Promise<string[]> => (await readDescriptor(text, "ODCS")).errors;
const fieldsOf = async (properties: string) => (await datasetsOf(contract(`schema: [{ name: t, properties: [${properties}] }]`)))[0]!.fields;

const ORDERS = contract(`
name: Orders
domain: sales
tenant: shop
description: { purpose: To ship, limitations: None, usage: Daily }
customProperties: [{ property: costCentre, value: 42 }]
support: [{ channel: "#orders", url: "https://chat.example.test" }, { channel: mail, url: "mailto:someone@example.test" }]
roles: [{ role: reader, access: read, firstLevelApprovers: Some One }]
servers:
  - { server: main, type: postgres, host: db.example.test, port: 5432, database: shop, schema: public, roles: [{ role: dba, secondLevelApprovers: Some One }] }
price: { priceAmount: 9.95, priceCurrency: EUR }
schema:
  - name: orders
    physicalName: orders_1
    physicalType: table
    description: What was ordered.
    classification: internal
    quality: [{ metric: rowCount, mustBeGreaterThan: 1 }]
    properties:
      - name: id
        logicalType: integer
        primaryKey: true
        examples: [someone]
      - name: email
        physicalType: varchar(80)
        logicalType: string
        description: To whom the receipt goes.
        classification: restricted
        criticalDataElement: true
        encryptedName: email_enc
        tags: [user.contact.email, user, mail]
        customProperties: [{ property: masking, value: [hash, 3] }]
`);

test("a schema object is a dataset, its properties are fields, and what else the contract says is kept under the standard's names", async () => {
  expect(await datasetsOf(ORDERS)).toEqual([{
    namespace: "odcs://orders",
    name: "orders",
    description: "What was ordered.",
    physicalLocation: "postgres://db.example.test:5432/shop/public/orders_1",
    sensitivity: "internal",
    fields: [
      { name: "id", type: "integer" },
      { name: "email", type: "varchar(80)", description: "To whom the receipt goes.", sensitivity: "restricted", categories: ["user.contact.email"] },
    ],
    properties: {
      apiVersion: "v3.1.0", id: "orders", version: "1.0.0", status: "active", name: "Orders", domain: "sales", tenant: "shop",
      description: { purpose: "To ship", limitations: "None", usage: "Daily" },
      customProperties: [{ property: "costCentre", value: 42 }],
      support: [{ channel: "#orders", url: "https://chat.example.test" }, { channel: "mail" }],
      roles: [{ role: "reader", access: "read" }],
      servers: [{ server: "main", type: "postgres", host: "db.example.test", port: 5432, database: "shop", schema: "public", roles: [{ role: "dba" }] }],
      price: { priceAmount: 9.95, priceCurrency: "EUR" },
      schema: {
        physicalName: "orders_1", physicalType: "table", quality: [{ metric: "rowCount", mustBeGreaterThan: 1 }],
        properties: {
          id: { primaryKey: true },
          email: {
            logicalType: "string", criticalDataElement: true, encryptedName: "email_enc", tags: ["user.contact.email", "user", "mail"],
            customProperties: [{ property: "masking", value: ["hash", 3] }],
          },
        },
      },
    },
  }]);
});

test.each([
  ["a list of people", "[{ username: someone, name: Some One, role: Owner }, { username: other, role: Owner }, { username: third }]", { members: [{ role: "Owner" }] }],
  ["a team with members", "{ name: crew, description: Led by Some One, members: [{ username: someone@example.test, role: Steward }] }", { name: "crew", members: [{ role: "Steward" }] }],
])("of %s the name and the roles are kept, and nobody's name", async (_, team, kept) => {
  const [dataset] = await datasetsOf(contract(`team: ${team}\nschema: [{ name: t }]`));
  expect(dataset!.properties!.team).toEqual(kept);
});

test("an agreement concerns the objects that its elements name; one that names none that is known concerns all", async () => {
  const datasets = await datasetsOf(contract(`
slaProperties:
  - { property: retention, value: 3, unit: y, element: orders.placed_at }
  - { property: latency, value: 1, element: "orders.id, line.items.id" }
  - { property: frequency, value: 2, element: ord }
  - { property: endOfLife, value: 2042-05-12 }
schema: [{ name: orders }, { name: lines, physicalName: line.items }, { name: plain }]`));
  const general = ["frequency", "endOfLife"];
  expect(datasets.map(({ properties }) => (properties!.slaProperties as { property: string }[]).map(({ property }) => property))).toEqual([
    [...general, "retention", "latency"], [...general, "latency"], general,
  ]);
  const [usual] = await datasetsOf(contract("slaDefaultElement: b.x\nslaProperties: [{ property: retention, value: 1 }]\nschema: [{ name: a }, { name: b }]"));
  expect(usual!.properties).not.toHaveProperty("slaProperties");
});

test("properties inside objects and arrays are fields by their path", async () => {
  expect(await fieldsOf(`
    { name: who, logicalType: object, properties: [{ name: name, properties: [{ name: last }] }] },
    { name: lines, logicalType: array, items: { logicalType: object, properties: [{ name: sku, physicalType: text }] } },
    { name: grid, logicalType: array, items: { logicalType: array, items: { properties: [{ name: x }] } } },
    { name: notes, logicalType: array, items: { logicalType: string } }`)).toEqual([
    { name: "who", type: "object" }, { name: "who.name" }, { name: "who.name.last" },
    { name: "lines", type: "array" }, { name: "lines[].sku", type: "text" },
    { name: "grid", type: "array" }, { name: "grid[][].x" },
    { name: "notes", type: "array" },
  ]);
});

test("a list of data categories counts where it speaks of fideslang; a list in other words says nothing", async () => {
  const listed = (name: string, value: string, property = "dataCategories") => `{ name: ${name}, customProperties: [{ property: ${property}, value: ${value} }] }`;
  expect(await fieldsOf([
    listed("a", "[user.name, system.operations]"), listed("b", "user.name", "fides_data_categories"), listed("c", "[]"), listed("d", "[PII, user.name]"),
    "{ name: e, tags: [system, finance, user.nonsense] }",
  ].join(", "))).toMatchObject([
    { categories: ["user.name", "system.operations"] }, { categories: ["user.name"] }, { categories: [] }, { categories: undefined }, { categories: undefined },
  ]);
  expect(await errorsIn(contract(`schema: [{ name: t, properties: [${listed("a", "[user.name, user.nmae]")}] }]`))).toEqual([
    expect.stringMatching(/^6:\d+: categories must be of the fideslang taxonomy/),
  ]);
});

test("a property has the categories of those inside it where all of these have some and it has none itself", async () => {
  const inside = (tags: string) => `properties: [{ name: x, tags: [user.name] }, { name: y, tags: [${tags}] }]`;
  expect(await fieldsOf(`{ name: a, ${inside("user.contact.email")} }, { name: b, ${inside("")} }, { name: c, tags: [system.operations], ${inside("user.name")} }`)).toMatchObject([
    { name: "a", categories: ["user.name", "user.contact.email"] }, {}, {},
    { name: "b", categories: undefined }, {}, {},
    { name: "c", categories: ["system.operations"] }, {}, {},
  ]);
});

test.each([
  ["{ type: s3, location: s3://bucket/orders/ }", "s3://bucket/orders/o1"],
  ["{ type: kafka, host: broker:9092 }", "kafka://broker:9092/o1"],
  ["{ type: bigquery, project: p, dataset: d }", "bigquery://p/d/o1"],
  ["{ type: snowflake, account: acc, database: DB, schema: S, warehouse: W }", "snowflake://acc/DB/S/o1"],
  ["{ type: local, path: ./data, format: csv }", "local://./data/o1"],
  ["{ type: sftp, location: sftp://me:secret@host/in }", "sftp://host/in/o1"],
  ["{ type: custom }, { type: custom }", undefined],
])("where an object is, is told from the only server: %s", async (servers, place) => {
  const [dataset] = await datasetsOf(contract(`servers: [${servers}]\nschema: [{ name: orders, physicalName: o1 }]`));
  expect(dataset!.physicalLocation).toBe(place);
});

const own = (members: Record<string, unknown>): string => JSON.stringify(Object.entries(members).map(([property, value]) => ({ property: `cadastre${property}`, value })));

test("our own custom properties are members of the dataset: an export imports as what it was", async () => {
  const text = contract(`customProperties: ${own({ Categories: ["user.loyalty"] })}
schema:
  - name: o
    properties: [{ name: f, tags: [user.loyalty] }]
    customProperties: ${own({
      Namespace: "postgres://db:1", Name: "shop.orders", Service: "shop", Entities: ["order"], IdentifierTypes: ["email"], PhysicalLocation: "rack 7", Properties: { a: 1 },
    })}`);
  const { descriptor, errors } = await readDescriptor(text, "ODCS");
  expect(errors).toEqual([]);
  expect(descriptor.datasets.map(({ input }) => input)).toEqual([{
    namespace: "postgres://db:1", name: "shop.orders", service: "shop", entities: ["order"], identifierTypes: ["email"], physicalLocation: "rack 7",
    fields: [{ name: "f", categories: ["user.loyalty"] }], properties: { a: 1 },
  }]);
  expect(descriptor.references.map(({ id }) => id)).toEqual(["service:shop", "entity:order"]);
  expect((await apply(text, "export.yaml")).errors).toEqual([
    expect.stringMatching(/^export\.yaml:10:\d+: service:shop is not declared here and not registered/), expect.stringMatching(/^export\.yaml:10:\d+: entity:order is not declared/),
  ]);
});

test("a contract may say by our custom properties whose its datasets are; they are not kept as custom properties too", async () => {
  const [dataset] = await datasetsOf(contract(`customProperties: ${own({ Service: "shop" })}\nschema: [{ name: t, customProperties: ${own({ Entities: ["order"] })} }]`));
  expect(dataset).toMatchObject({ namespace: "odcs://orders", service: "shop", entities: ["order"] });
  expect(JSON.stringify(dataset!.properties)).not.toContain("cadastre");
  expect((await apply(contract(`schema: [{ name: t, customProperties: ${own({ Service: "no key" })} }]`), "faulty.yaml")).errors).toEqual([
    expect.stringMatching(/^faulty\.yaml:6:\d+: service must match/),
  ]);
});

test("an object of several versions of a contract is taken from the latest; of one version twice it is an error", async () => {
  const version = (number: string, description: string) => contract(`schema: [{ name: t, description: ${description} }, { name: t${number} }]`, { version: number });
  const datasets = await datasetsOf([version("1.9.0", "older"), version("1.10.0", "newest"), version("1.2.0", "oldest")].join("---\n"));
  expect(datasets.map(({ name, description }) => [name, description])).toEqual([["t1.9.0", undefined], ["t", "newest"], ["t1.10.0", undefined], ["t1.2.0", undefined]]);
  expect(await errorsIn([version("1.0.0", "one"), version("1.0.0", "other").replace("t1.0.0", "u")].join("---\n"))).toEqual([
    expect.stringMatching(/^13:\d+: dataset:odcs%3A%2F%2Forders:t stands in this source twice/),
  ]);
});

test("contracts that are not versions of one another cannot describe one dataset", async () => {
  const named = (id: string, version: string) => contract(`schema: [{ name: t, customProperties: ${own({ Namespace: "n" })} }]`, { id, version });
  expect(await errorsIn(`${named("a", "1.0.0")}---\n${named("b", "2.0.0")}`)).toEqual([expect.stringMatching(/: dataset:n:t stands in this source twice$/)]);
});

test("all errors are found at once, each with its place", async () => {
  expect(await errorsIn(`
apiVersion: v3.0.2
kind: Contract
id: [1]
version:
schema:
  - description: d
    properties:
      - { physicalType: int }
      - name: "a\\u200b"
        classification: "${"x".repeat(600)}"
      - { name: b, tags: x, customProperties: [x] }
      - { name: b, description: {} }
  - x
servers: [x]
`)).toEqual([
    "2:1: status is missing",
    "3:7: expected DataContract",
    "4:5: expected a text",
    "5:1: expected a text",
    "7:5: name is missing",
    "9:9: name is missing",
    expect.stringMatching(/^10:15: name has an invisible/),
    "11:25: sensitivity must have at most 512 characters",
    "12:26: expected a list",
    "12:48: expected a mapping with property, value",
    "13:17: name stands in the list already",
    "13:33: expected a text",
    "14:5: expected a mapping",
    "15:11: expected a mapping",
  ]);
});

test.each(["v2.2.2", "4.0.0", "latest"])("version %s of the standard is not read, and says so", async (version) => {
  expect(await errorsIn(contract("schema: []").replace("v3.1.0", version))).toEqual(["1:13: expected version 3 of the standard, such as v3.1.0: no other version is read"]);
});

test("members that nobody knows, and members that are empty, are no errors", async () => {
  expect(await datasetsOf(contract(`
surprise: { of: a later version }
servers:
schema:
  - { name: a, properties: , description: , surprise: 1 }
  - { name: b, properties: [{ name: x, tags: , customProperties: , surprise: 2, physicalType: "", logicalType: string, classification: "" }] }`))).toMatchObject([
    { name: "a", properties: { surprise: { of: "a later version" }, schema: { surprise: 1 } } },
    { name: "b", fields: [{ name: "x", type: "string", sensitivity: undefined }], properties: { schema: { properties: { x: { surprise: 2 } } } } },
  ]);
  expect(await datasetsOf("# nothing\n---\n")).toEqual([]);
});

test("an applied contract changes nothing the second time; a member that it no longer says is gone, what the API said stays", async () => {
  const name = { namespace: "odcs://orders", name: "orders" };
  await registerDataset(world.deps, { actor: "ada", ...name, identifierTypes: ["email"], fields: [{ name: "id", categories: [] }] });
  expect(await apply(ORDERS)).toMatchObject({ errors: [], changes: 1 });
  const before = await auditTrail(world.deps);
  expect(await apply(ORDERS, undefined, "ODCS")).toMatchObject({ errors: [], changes: 0 });
  expect(await auditTrail(world.deps)).toEqual(before);

  expect(await apply(contract("schema: [{ name: orders, properties: [{ name: id }] }]"))).toMatchObject({ errors: [], changes: 1 });
  expect([...(await findDatasetDefinitions(world.deps.db, [name])).values()]).toMatchObject([{
    description: null, physicalLocation: null, sensitivity: null, identifierTypes: ["email"], fields: [{ name: "id", type: "integer", categories: [] }],
  }]);
});

const fixtures = fixturesOf("odcs").filter(({ path }) => path.endsWith(".yaml"));
(fixtures.length > 0 ? test : test.skip)("real contracts import, each by itself and all as one source, and change nothing the second time", async () => {
  for (const { document } of fixtures) {
    expect(await apply(document, "real")).toMatchObject({ errors: [], skipped: [] });
    expect(await apply(document, "real", "ODCS")).toMatchObject({ errors: [], changes: 0 });
  }
  const together = () => importDescriptors(world.deps, { actor: "ada", source: "real", format: "AUTO", document: "", files: fixtures, dryRun: false });
  expect(await together()).toMatchObject({ errors: [], skipped: [] });
  expect(await together()).toMatchObject({ errors: [], changes: 0 });
  const [tbl] = (await findDatasetDefinitions(world.deps.db, [{ namespace: "odcs://53581432-6c55-4ba2-a65f-72344a91553a", name: "tbl" }])).values();
  expect(tbl).toMatchObject({
    description: "Provides core payment metrics",
    physicalLocation: "postgres://localhost:5432/pypl-edw/pp_access_views/tbl_1",
    properties: { version: "1.1.0", team: { name: "my-team" }, slaProperties: expect.arrayContaining([expect.objectContaining({ property: "retention", value: 3, unit: "y" })]) },
  });
});
