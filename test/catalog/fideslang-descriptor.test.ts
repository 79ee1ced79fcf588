import { findServices } from "../../src/catalog";
import { findDatasetDefinitions } from "../../src/catalog/storage/dataset-queries";
import { importDescriptors, type ImportReport } from "../../src/catalog/use-cases/import-descriptors";
import { setup, type World } from "../support/setup";
import { auditTrail } from "./audit-trail";
import { fixturesOf, readDescriptor } from "./read-descriptor";

let world: World;
beforeAll(async () => (world = await setup()));
afterAll(() => world.close());

const apply = (document: string, source = "fides.yml", format: "AUTO" | "FIDESLANG" = "AUTO"): Promise<ImportReport> =>
  importDescriptors(world.deps, { actor: "ada", source, format, document, dryRun: false });
const read = (text: string) => readDescriptor(text, "FIDESLANG");

/** A dataset of one collection with these fields, in flow style. */
const dataset = (fields: string, { key = "shop", ofDataset = "", ofCollection = "" } = {}): string =>
  `dataset: [{ fides_key: ${key}, ${ofDataset} collections: [{ name: people, ${ofCollection} fields: [${fields}] }] }]\n`;
const system = (key: string, ...datasets: string[]): string =>
  `  - { fides_key: ${key}, system_type: Service, privacy_declarations: [], dataset_references: [${datasets.join(", ")}] }\n`;

const SHOP = `
dataset:
  - fides_key: shop_db
    organization_fides_key: shops
    name: Shop database
    description: Ask someone@example.test
    data_qualifier: identified
    retention: Seven years
    meta: { steward: someone }
    collections:
      - name: customers
        description: Who buys
        retention: Two years
        fides_meta: { after: [shop_db.orders], skip_processing: false }
        fields:
          - name: id
            data_categories: [user.unique_id]
            fides_meta: { primary_key: true, data_type: integer }
          - name: email
            description: As given
            data_categories: [user.contact.email]
            fides_meta: { identity: email, data_type: string, length: 40 }
          - name: "External ID"
            data_categories: [user.unique_id]
            fidesops_meta: { identity: "Partner User-ID" }
      - name: orders
        fields:
          - name: customer_id
            data_categories: [user.unique_id]
            fides_meta: { references: [{ dataset: shop_db, field: customers.id, direction: from }] }
          - { name: total, data_categories: [] }
system:
  - fides_key: Shop.Front
    name: Shop front
    description: Sells
    system_type: Service
    data_responsibility_title: Controller
    dpo: someone@example.test
    joint_controller: { name: Some One, email: someone@example.test }
    ingress: [{ fides_key: user, type: user }]
    privacy_declarations:
      - { name: Sell, data_categories: [user.of_another_register], data_use: essential, retention_period: 2 years, third_parties: "ask someone@example.test" }
    dataset_references: [shop_db, elsewhere]
organization: [{ fides_key: shops, controller: { name: Some One } }]
policy: [{ fides_key: p, rules: [] }]
data_use: [{ fides_key: essential }]
data_subject: [{ fides_key: customer }]
evaluation: [{ fides_key: e, status: PASS }]
`;
const CUSTOMERS = "dataset:fides%3A%2F%2Fshop_db:customers";
const ORDERS = "dataset:fides%3A%2F%2Fshop_db:orders";

test("collections become datasets and systems services; a second import changes nothing", async () => {
  expect((await apply(SHOP)).errors).toEqual([]);
  const found = await findDatasetDefinitions(world.deps.db, ["customers", "orders"].map((name) => ({ namespace: "fides://shop_db", name })));
  expect(found.get(CUSTOMERS)).toMatchObject({
    description: "Who buys",
    serviceKey: "shop.front",
    identifierTypes: ["email", "partner_user-id"],
    fields: [
      { name: "id", type: "integer", categories: ["user.unique_id"] },
      { name: "email", type: "string", categories: ["user.contact.email"], description: "As given" },
      { name: "External ID", type: null, categories: ["user.unique_id"] },
    ],
  });
  expect(found.get(ORDERS)).toMatchObject({
    identifierTypes: [], serviceKey: "shop.front",
    fields: [{ name: "customer_id" }, { name: "total", categories: null }],
  });
  expect((await findServices(world.deps.db, ["shop.front"])).get("shop.front")).toMatchObject({ name: "Shop front", description: "Sells", team: null });

  const before = await auditTrail(world.deps);
  expect(before.map(({ object }) => object).sort()).toEqual([CUSTOMERS, ORDERS, "service:shop.front"]);
  expect(await apply(SHOP, "fides.yml", "FIDESLANG")).toMatchObject({ changes: 0, errors: [], plan: [] });
  expect(await auditTrail(world.deps)).toEqual(before);
});

test("what the register has no member for stays in the properties under fideslang's names, but no person", async () => {
  const { descriptor } = await read(SHOP);
  const [customers, orders] = descriptor.datasets.map(({ input }) => input.properties);
  const shop = { fides_key: "shop_db", name: "Shop database", organization_fides_key: "shops" };
  expect(customers).toEqual({
    dataset: shop,
    data_qualifier: "identified",
    retention: "Two years",
    fides_meta: { after: ["shop_db.orders"], skip_processing: false },
    fields: {
      "id": { fides_meta: { primary_key: true } },
      "email": { fides_meta: { identity: "email", length: 40 } },
      "External ID": { fides_meta: { identity: "Partner User-ID" } },
    },
  });
  expect(orders).toEqual({
    dataset: shop,
    data_qualifier: "identified",
    retention: "Seven years",
    fields: { customer_id: { fides_meta: { references: [{ dataset: "shop_db", field: "customers.id", direction: "from" }] } } },
  });
  expect(descriptor.services[0]!.input.properties).toEqual({
    system_type: "Service",
    data_responsibility_title: "Controller",
    ingress: [{ fides_key: "user", type: "user" }],
    privacy_declarations: [{ name: "Sell", data_categories: ["user.of_another_register"], data_use: "essential", retention_period: "2 years" }],
    dataset_references: ["shop_db", "elsewhere"],
  });
  expect(JSON.stringify([descriptor.services, descriptor.datasets])).not.toMatch(/some ?one/i);
});

test("what a manifest says nothing of stays as it is", async () => {
  const { descriptor } = await read(`${dataset("{ name: f }")}system:\n${system("a")}`);
  expect(descriptor.datasets[0]!.members).toEqual(["namespace", "name", "fields", "properties"]);
  expect(descriptor.services[0]!.members).toEqual(["key", "name", "properties"]);
});

test("JSON is read as YAML is", async () => {
  const document = { dataset: [{ fides_key: "j", collections: [{ name: "c", fields: [{ name: "f", data_categories: ["user.name"] }] }] }] };
  const { descriptor, errors } = await readDescriptor(JSON.stringify(document, null, 2), "AUTO");
  expect(errors).toEqual([]);
  expect(descriptor.datasets[0]!.input).toMatchObject({ namespace: "fides://j", name: "c", fields: [{ name: "f", categories: ["user.name"] }] });
});

describe("fields", () => {
  const fieldsIn = async (text: string): Promise<Record<string, readonly string[] | undefined>> => {
    const { descriptor, errors } = await read(text);
    expect(errors).toEqual([]);
    return Object.fromEntries(descriptor.datasets[0]!.input.fields!.map(({ name, categories }) => [name, categories ?? undefined]));
  };

  test("those inside a group bear its name; the group is one beside them only if it has categories of its own", async () => {
    const nested = "fields: [{ name: city, data_categories: [user.contact.address.city] }, { name: geo, fields: [{ name: lat }] }]";
    expect(await fieldsIn(dataset(`{ name: a, ${nested} }, { name: b, data_categories: [user.contact], ${nested} }, { name: c, fields: [] }`))).toEqual({
      "a.city": ["user.contact.address.city"],
      "a.geo.lat": undefined,
      "b": ["user.contact"],
      "b.city": ["user.contact.address.city"],
      "b.geo.lat": ["user.contact"],
      "c": undefined,
    });
  });

  test("without categories of their own they have those of what they stand in, the nearest first", async () => {
    const fields = "{ name: a }, { name: b, data_categories: [] }, { name: c, data_categories: [user.name] }, { name: g, fields: [{ name: d }] }";
    const ofDataset = "data_categories: [system.operations],";
    expect(await fieldsIn(dataset(fields, { ofDataset }))).toEqual({ "a": ["system.operations"], "b": ["system.operations"], "c": ["user.name"], "g.d": ["system.operations"] });
    expect(await fieldsIn(dataset(fields, { ofDataset, ofCollection: "data_categories: [user.account]," }))).toMatchObject({ "a": ["user.account"], "g.d": ["user.account"] });
    expect(await fieldsIn(dataset("{ name: a }", { ofDataset, ofCollection: "data_categories: []," }))).toEqual({ a: ["system.operations"] });
  });

  test("a dotted name is taken as it is, and may not stand beside the same name of a group", async () => {
    expect(await fieldsIn(dataset("{ name: a.b, data_categories: [user.name] }"))).toEqual({ "a.b": ["user.name"] });
    expect((await read(dataset("{ name: a.b }, { name: a, fields: [{ name: b }] }"))).errors).toEqual(["1:114: name stands in the list already"]);
  });

  test("the parts of an address may be named as the taxonomy first named them", async () => {
    expect(await fieldsIn(dataset("{ name: a, data_categories: [user.contact.state] }"))).toEqual({ a: ["user.contact.address.state"] });
  });
});

test("categories of one's own are taken where the same source declares them under one that is known", async () => {
  const used = dataset("{ name: f, data_categories: [user.loyalty.tier] }");
  expect((await read(used)).errors).toEqual([expect.stringMatching(/^1:100: data_categories must be of the fideslang taxonomy, or stand under `data_category`/)]);
  const declared = "---\ndata_category:\n  - { fides_key: user.loyalty.tier, parent_key: user.loyalty }\n  - { fides_key: user.loyalty, parent_key: user }\n  - { fides_key: ours, parent_key: null }\n";
  expect((await read(used + declared)).errors).toEqual([]);
  expect((await read(`data_category:
  - { fides_key: user.a.b, parent_key: user.a }
  - { fides_key: user.c.d }
  - { fides_key: user.e, parent_key: system }
  - { fides_key: user.f, parent_key: user.f }
  - { name: no key }
`)).errors).toEqual([
    expect.stringMatching(/^2:40: parent_key must be of the fideslang taxonomy/),
    expect.stringMatching(/^3:18: parent_key must be of the fideslang taxonomy/),
    "4:38: parent_key must be the fides_key without its last part",
    "5:38: parent_key must be the fides_key without its last part",
    "6:5: fides_key is missing",
  ]);
});

test("a dataset belongs to the one system that refers to it; of several, all are noted and none is it", async () => {
  const purpose = "  - { fides_key: c, system_type: Service, privacy_declarations: [{ data_use: u, data_categories: [], dataset_references: [third, third] }] }\n";
  const text = `system:\n${system("a", "first", "second", "first")}${system("B<x>", "second")}${purpose}---\n${["first", "second", "third", "fourth"].map((key) => dataset("{ name: f }", { key })).join("---\n")}`;
  const { descriptor, errors } = await read(text);
  expect(errors).toEqual([]);
  expect(descriptor.services.map(({ input }) => [input.key, input.name])).toEqual([["a", "a"], ["b-x-", "B<x>"], ["c", "c"]]);
  expect(descriptor.datasets.map(({ input, members }) => [input.service, members.includes("service"), input.properties!.systems])).toEqual([
    ["a", true, undefined], [undefined, false, ["a", "b-x-"]], ["c", true, undefined], [undefined, false, undefined],
  ]);
});

test("a file with many errors reports each with its place, and changes nothing", async () => {
  const before = await auditTrail(world.deps);
  const report = await apply(`
dataset:
  - name: no key
    data_categories: [user.nonsense]
    collections: []
  - fides_key: "a key"
    collections:
      - fields: []
      - name: no fields
      - name: c
        data_categories: user.name
        fields:
          - description: no name
          - name: ""
          - { name: x, data_categories: [user.name, user.political_opinion, "a b"] }
          - { name: y, fides_meta: { data_type: [string], references: [{ dataset: d }] } }
          - { name: z, fields: [{ name: [] }] }
  - fides_key: d
    collections:
      - name: c
        description: "a\\u202eb"
        fields:
          - { name: x, fides_meta: { data_type: "\\u0007", identity: "1st" } }
          - { name: x, description: "\\u0007" }
          - { description: no name }
      - { name: c, fields: [] }
  - { fides_key: e }
system:
  - { name: no key }
  - { fides_key: __, name: "\\u0007" }
  - { fides_key: s, dataset_references: ["a b"], privacy_declarations: none }
  - { fides_key: S }
  - nothing
---
datasets: []
---
policy: anything
`, "bad.yml", "FIDESLANG");
  expect(report).toMatchObject({ changes: 0, plan: [] });
  expect(report.errors.map((error) => /^bad\.yml:(\d+:\d+): (.*)$/.exec(error)!.slice(1))).toEqual([
    ["3:5", "fides_key is missing"],
    ["4:23", expect.stringMatching(/^data_categories must be of the fideslang taxonomy/)],
    ["6:16", expect.stringMatching(/^expected a fides_key/)],
    ["8:9", "name is missing"],
    ["9:9", "fields is missing"],
    ["11:26", "expected a list"],
    ["13:13", "name is missing"],
    ["14:19", "expected a text that is not empty"],
    ["15:53", expect.stringMatching(/^data_categories must be of the fideslang taxonomy/)],
    ["15:77", expect.stringMatching(/^expected a fides_key/)],
    ["16:49", "expected a text"],
    ["16:72", "field is missing"],
    ["17:41", "expected a text that is not empty"],
    ["21:22", expect.stringMatching(/^description has an invisible/)],
    ["23:49", expect.stringMatching(/^type has an invisible/)],
    ["23:69", expect.stringMatching(/^identifierTypes must be a lower-case letter/)],
    ["24:21", "name stands in the list already"],
    ["24:37", expect.stringMatching(/^description has an invisible/)],
    ["25:13", "name is missing"],
    ["27:5", "collections is missing"],
    ["29:5", "fides_key is missing"],
    ["30:18", expect.stringMatching(/^key must match/)],
    ["30:28", expect.stringMatching(/^name has an invisible/)],
    ["31:42", expect.stringMatching(/^expected a fides_key/)],
    ["31:72", "expected a list"],
    ["32:5", "service:s stands in this source twice"],
    ["33:5", "expected a mapping"],
    ["35:1", expect.stringMatching(/^none of the members of fideslang stands here: dataset, system, /)],
  ]);
  expect(await auditTrail(world.deps)).toEqual(before);
});

test("a collection that stands in two places of a source is one too many", async () => {
  expect((await read(`${dataset("{ name: f }")}---\n${dataset("{ name: f }")}`)).errors).toEqual(["3:45: dataset:fides%3A%2F%2Fshop:people stands in this source twice"]);
});

test("a reference from another format finds the service that a faulty system names", async () => {
  const report = await apply(`system: [{ fides_key: front, name: "\\u0007" }]\n---\ndatasets: [{ namespace: n, name: d, service: front }]\n`, "mixed.yml");
  expect(report.errors).toEqual([expect.stringMatching(/^mixed\.yml:1:36: name has an invisible/)]);
});

const fixtures = fixturesOf("fideslang");
const isMeantToFail = ({ path }: { path: string }): boolean => path.includes("failing");
(fixtures.length > 0 ? describe : describe.skip)("real manifests", () => {
  test("import, recognised or named, and change nothing the second time", async () => {
    for (const { path, document } of fixtures.filter((fixture) => !isMeantToFail(fixture))) {
      expect(await apply(document, path)).toMatchObject({ errors: [], skipped: [] });
      expect(await apply(document, path, "FIDESLANG")).toMatchObject({ errors: [], changes: 0 });
    }
    const [customer] = (await findDatasetDefinitions(world.deps.db, [{ namespace: "fides://multiple_identities", name: "customer" }])).values();
    expect(customer).toMatchObject({ identifierTypes: ["email", "user_id"], fields: [{ name: "id" }, { name: "name" }, { name: "email", categories: ["user.contact.email"] }] });
  });

  test("fail where they are meant to, with the place", async () => {
    for (const { path, document } of fixtures.filter(isMeantToFail)) {
      expect((await apply(document, path)).errors).toEqual([`${path}:16:17: data_categories must be of the fideslang taxonomy, or stand under \`data_category\` of this source`]);
    }
  });
});
