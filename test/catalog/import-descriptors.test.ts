import { findServices, planQueries } from "../../src/catalog";
import { findDatasetDefinitions } from "../../src/catalog/storage/dataset-queries";
import { findEntities } from "../../src/catalog/storage/entity-queries";
import { findCurrentAssignments, findSystemsOfRecord } from "../../src/catalog/storage/ownership-queries";
import { assignOwnership } from "../../src/catalog/use-cases/assign-ownership";
import { importDescriptors, type ImportReport } from "../../src/catalog/use-cases/import-descriptors";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { generateSigningKey } from "../../src/protocol";
import { countStatements } from "../support/count-statements";
import { setup, type World } from "../support/setup";
import { auditTrail } from "./audit-trail";

let world: World;
beforeEach(async () => (world = await setup()));
afterEach(() => world.close());

const importFrom = (source: string, document: string, dryRun: boolean): Promise<ImportReport> =>
  importDescriptors(world.deps, { actor: "ada", source, format: "CADASTRE", document, dryRun });
const plan = (document: string, source = "shop.yaml") => importFrom(source, document, true);
async function apply(document: string, source = "shop.yaml"): Promise<ImportReport> {
  const report = await importFrom(source, document, false);
  expect(report.errors).toEqual([]);
  return report;
}

const SHOP = `
services:
  - key: orders
    name: Orders
    team: shop
    endpointUrl: https://orders.test/cadastre
    publicKey: ${generateSigningKey().publicKey}
    kinds: [discover, erase, verify]
    backupHorizon: P30D
  - { key: service:billing, name: Billing, executor: MANUAL }
entities:
  - { key: order, name: Order, domain: sales, identifierTypes: [order_id] }
---
datasets:
  - namespace: postgresql://DB:5432
    name: shop.public.orders
    service: service:orders
    entities: [entity:order]
    identifierTypes: [email]
    fields:
      - { name: id, type: uuid, categories: [] }
      - { name: email, type: text, categories: [user.contact.email] }
assignments:
  - { entity: order, service: orders, role: SYSTEM_OF_RECORD, validFrom: 2025-01-01 }
  - { entity: entity:order, service: service:billing, role: READER }
rules:
  - { key: invoices, startPoint: CREATED, period: P10Y, zone: Europe/Berlin }
`;
const ORDERS_URN = "dataset:postgres%3A%2F%2Fdb%3A5432:shop.public.orders";
const ORDERS_NAME = { namespace: "postgres://db:5432", name: "shop.public.orders" };
const ordersDataset = async () => (await findDatasetDefinitions(world.deps.db, [ORDERS_NAME])).get(ORDERS_URN);
const ownerNow = async () => (await findSystemsOfRecord(world.deps.db, [{ key: "order", asOf: world.clock.now(), knownAt: null }]))[0]?.key ?? null;

test("a plan says what would change and changes nothing", async () => {
  const report = await plan(SHOP);
  expect(report).toEqual({
    changes: 7,
    errors: [],
    skipped: [],
    plan: [
      "+ service:orders", "+ service:billing", "+ entity:order", `+ ${ORDERS_URN}`,
      "+ entity:order: service:orders is SYSTEM_OF_RECORD from 2025-01-01T00:00:00.000Z on",
      `+ entity:order: service:billing is READER from ${world.clock.now().toISOString()} on`,
      "+ rule:invoices",
    ],
  });
  expect(await findServices(world.deps.db, ["orders"])).toEqual(new Map());
  expect(await auditTrail(world.deps)).toEqual([]);
});

test("what is applied stands in the register, with an audit entry for each change", async () => {
  await apply(SHOP);
  expect((await findServices(world.deps.db, ["orders", "billing"])).get("billing")).toMatchObject({ executor: "MANUAL", name: "Billing" });
  expect(await ordersDataset()).toMatchObject({ serviceKey: "orders", entityKeys: ["order"], identifierTypes: ["email"] });
  expect(await ownerNow()).toBe("orders");
  expect(await planQueries.findDeclaredRules(world.deps.db, ["invoices"])).toEqual(
    new Map([["invoices", { key: "invoices", startPoint: "CREATED", period: "P10Y", zone: "Europe/Berlin" }]]),
  );
  const trail = await auditTrail(world.deps);
  expect(trail.map(({ action }) => action)).toEqual(Array(7).fill("catalog.import-descriptors"));
  expect(trail.map(({ object }) => object)).toEqual(expect.arrayContaining(["service:orders", "service:billing", "entity:order", ORDERS_URN, "rule:invoices"]));
});

test("a second apply changes nothing and leaves no trace, later and with other line breaks too", async () => {
  await apply(SHOP);
  const before = await auditTrail(world.deps);
  world.clock.advance("P1D");
  expect(await apply(SHOP)).toEqual({ changes: 0, errors: [], plan: [], skipped: [] });
  expect(await apply(`# A comment that moves everything down.\n${SHOP.replaceAll("\n", "\r\n")}`)).toMatchObject({ changes: 0 });
  expect(await auditTrail(world.deps)).toEqual(before);
});

test("a dropped line retires what it declared; ownership ends, rules go, and the dataset stays in reach of erasure", async () => {
  await apply(SHOP);
  world.clock.advance("P1D");
  const report = await apply("services:\n  - { key: orders, name: Orders }\n");
  expect(report.plan).toEqual([
    expect.stringMatching(/^~ service:orders team: shop → null; endpointUrl: .* → null; publicKeys: .* → \[\]; kinds: .* → \[\]; backupHorizon: P30D → null$/),
    "- service:billing", "- entity:order", `- ${ORDERS_URN}`,
    "- entity:order: service:orders is SYSTEM_OF_RECORD from 2025-01-01T00:00:00.000Z on",
    expect.stringMatching(/^- entity:order: service:billing is READER/),
    "- rule:invoices",
  ]);
  expect((await findServices(world.deps.db, ["billing"])).get("billing")).toMatchObject({ name: "Billing", retiredAt: world.clock.now() });
  expect((await findEntities(world.deps.db, ["order"])).get("order")).toMatchObject({ retiredAt: world.clock.now() });
  expect(await ordersDataset()).toMatchObject({ serviceKey: "orders", entityKeys: ["order"], retiredAt: world.clock.now() });
  expect(await ownerNow()).toBeNull();
  expect(await planQueries.findDeclaredRules(world.deps.db, ["invoices"])).toEqual(new Map());

  expect((await apply(SHOP)).changes).toBe(7);
  expect((await ordersDataset())?.retiredAt).toBeNull();
});

test("a member that the source no longer writes falls back; one that it never wrote stays", async () => {
  await apply("services:\n  - { key: orders, name: Orders, team: shop }\n");
  await registerService(world.deps, { actor: "ada", key: "orders", name: "Orders", backupHorizon: "P30D" });
  await apply("services:\n  - { key: orders, name: Orders }\n");
  expect((await findServices(world.deps.db, ["orders"])).get("orders")).toMatchObject({ team: null, backupHorizon: "P30D" });
});

test("what was changed elsewhere is brought back to what the source says", async () => {
  await apply("services:\n  - { key: orders, name: Orders, team: shop }\n");
  await registerService(world.deps, { actor: "ada", key: "orders", name: "Orders", team: "other" });
  expect((await apply("services:\n  - { key: orders, name: Orders, team: shop }\n")).plan).toEqual(["~ service:orders team: other → shop"]);
});

test("what the API registered is taken over without a change, and is the source's from then on", async () => {
  await registerService(world.deps, { actor: "ada", key: "orders", name: "Orders", team: "shop" });
  expect(await apply("services:\n  - { key: orders, name: Orders }\n")).toMatchObject({ changes: 0 });
  expect((await apply("")).plan).toEqual(["- service:orders"]);
});

test("fields are compared by name", async () => {
  await apply(SHOP);
  const changed = SHOP.replace("{ name: id, type: uuid, categories: [] }", "{ name: number, type: text }").replace("type: text, categories: [user", "type: citext, categories: [user");
  expect((await plan(changed)).plan).toEqual([`~ ${ORDERS_URN} fields: +number ~email -id`]);
});

describe("ownership", () => {
  const NAMED = "services: [{ key: a, name: A }, { key: b, name: B }]\nentities: [{ key: order, name: Order }]\n";
  const owner = (...lines: string[]): string => `${NAMED}assignments:\n${lines.map((line) => `  - { entity: order, role: SYSTEM_OF_RECORD, ${line} }\n`).join("")}`;
  const known = () => findCurrentAssignments(world.deps.db, ["order"]);

  test("moves from one service to another in one instant", async () => {
    await apply(owner("service: a"));
    const [first] = await known();
    world.clock.advance("P1D");
    await apply(owner("service: b"));
    expect(await ownerNow()).toBe("b");
    expect((await known()).map(({ id, serviceKey, validTo }) => [id === first!.id, serviceKey, validTo])).toEqual([
      [true, "a", world.clock.now()],
      [false, "b", null],
    ]);
  });

  test("is corrected, not replaced, when the source gives it another beginning or end", async () => {
    await apply(owner("service: a, validFrom: 2025-01-01"));
    const [first] = await known();
    world.clock.advance("P1D");
    await apply(owner("service: a, validFrom: 2024-01-01, validTo: 2027-01-01"));
    expect(await known()).toEqual([{ ...first, validFrom: new Date("2024-01-01"), validTo: new Date("2027-01-01"), recordedAt: world.clock.now() }]);
  });

  test("may have a history of several intervals", async () => {
    const history = owner("service: a, validFrom: 2020-01-01, validTo: 2022-01-01", "service: b, validFrom: 2022-01-01, validTo: 2023-01-01", "service: a, validFrom: 2023-01-01");
    expect((await apply(history)).changes).toBe(6);
    expect((await apply(history)).changes).toBe(0);
    expect((await apply(owner("service: a, validFrom: 2023-01-01"))).changes).toBe(0);
  });

  test("that another source declares is an error that names both places", async () => {
    await apply(owner("service: a"), "first.yaml");
    const { errors } = await plan("assignments:\n  - { entity: order, role: SYSTEM_OF_RECORD, service: b }\n", "second.yaml");
    expect(errors).toEqual([
      expect.stringMatching(/^second\.yaml:2:5: does not stand beside entity:order: service:a is SYSTEM_OF_RECORD from .* on, declared by first\.yaml:4:5$/),
    ]);
  });

  test("declared twice in one source is an error at the second place", async () => {
    expect((await plan(owner("service: a", "service: b"))).errors).toEqual([expect.stringMatching(/^shop\.yaml:5:5: does not stand beside .*, declared by shop\.yaml:4:5$/)]);
  });

  test("that ends before it begins is an error", async () => {
    expect((await plan(owner("service: a, validFrom: 2026-01-02, validTo: 2026-01-01"))).errors).toEqual([expect.stringMatching(/^shop\.yaml:4:\d+: validTo must be later than validFrom/)]);
  });

  test("that was moved by hand meanwhile is not taken back silently", async () => {
    await apply(owner("service: a, validTo: 2026-04-01"));
    await assignOwnership(world.deps, { actor: "ada", entity: "order", service: "b", role: "SYSTEM_OF_RECORD", validFrom: new Date("2026-04-01") });
    expect((await plan(owner("service: a"))).errors).toEqual([expect.stringContaining("service:b is SYSTEM_OF_RECORD from 2026-04-01T00:00:00.000Z on, declared by no source")]);
  });
});

test("two sources that declare the same thing: the second is told where the first does", async () => {
  await apply(SHOP, "first.yaml");
  const { errors } = await importFrom("second.yaml", SHOP, false);
  expect(errors).toHaveLength(7);
  expect(errors[0]).toBe("second.yaml:3:5: service:orders is declared by first.yaml:3:5 already; one source only can declare it");
});

test("a conflict in one file that two sources read names the other source", async () => {
  const importFile = (source: string) =>
    importDescriptors(world.deps, { actor: "ada", source, format: "CADASTRE", document: "", files: [{ path: "shop/a.yaml", document: SHOP }], dryRun: false });
  await importFile("shop");
  expect((await importFile("shop/*.yaml")).errors[0]).toBe("shop/a.yaml:3:5: service:orders is declared by shop/a.yaml:3:5 (source shop) already; one source only can declare it");
});

test.each([
  ["native", "services:\n  - { key: a, name: A\n"],
  ["JSON", '{ "services": [ }'],
  ["Backstage", "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: x\n   owner: y\n"],
  ["ODCS", "version: 1.0.0\nkind: DataContract\nschema: [\n"],
  ["fideslang", "dataset:\n  - fides_key: x\n    name: [\n"],
  ["dbt", '{"metadata": {"dbt_schema_version": "https://x"}, "nodes": {'],
])("a file of a directory that was meant as a descriptor (%s) and cannot be read is an error", async (_format, text) => {
  const directory = (document: string) =>
    importDescriptors(world.deps, {
      actor: "ada", source: "all", format: "AUTO", document: "", files: [{ path: "all/a.yaml", document, skippable: true }], dryRun: true,
    });
  expect(await directory(text)).toMatchObject({ errors: [expect.stringMatching(/^all\/a\.yaml:\d+:\d+: not YAML/)], skipped: [] });
  expect(await directory("# {{ template }}\n{{- if x }}\nkind: Deployment\n")).toMatchObject({ errors: [], skipped: ["all/a.yaml"] });
});

test("what dbt writes beside manifest and catalog is passed over in a directory", async () => {
  const artifact = (name: string, rest: object) => JSON.stringify({ metadata: { dbt_schema_version: `https://schemas.getdbt.com/dbt/${name}.json`, project_name: "p" }, ...rest });
  const files = [
    { path: "target/manifest.json", document: artifact("manifest/v12", { nodes: {}, sources: {} }), skippable: true },
    { path: "target/run_results.json", document: artifact("run-results/v6", { results: [] }), skippable: true },
  ];
  const report = await importDescriptors(world.deps, { actor: "ada", source: "target", format: "AUTO", document: "", files, dryRun: true });
  expect(report).toMatchObject({ errors: [], skipped: ["target/run_results.json"] });
});

test("every error of a text is reported with its place, and nothing is applied", async () => {
  const report = await importFrom("bad.yaml", `
services:
  - { key: Orders, name: Orders }
  - { key: ab\u202Ec, name: "", colour: red }
  - { key: ok, name: Ok }
  - { key: ok, name: Ok }
  - just a text
datasets:
  - { namespace: n, name: d, service: nobody, entities: [entity:nothing] }
  - { namespace: n, fields: [{ type: text }, { name: f, categories: [user.contact.emial] }] }
assignments:
  - { entity: nothing, service: ok, role: OWNER, validFrom: 2026-02-30 }
rules:
  - { key: r, startPoint: CREATED, period: ten years, zone: Berlin }
nonsense: 1
`, false);
  expect(report).toMatchObject({ changes: 0, plan: [] });
  expect(report.errors).toEqual([
    "bad.yaml:3:12: key must match [a-z0-9][a-z0-9._-]{0,127}",
    "bad.yaml:4:12: key has an invisible or direction-changing character, U+202E, at position 3",
    "bad.yaml:4:24: name must not be empty",
    expect.stringMatching(/^bad\.yaml:4:28: unknown member; there are key, name, description, team/),
    "bad.yaml:6:5: service:ok stands in this source twice",
    expect.stringMatching(/^bad\.yaml:7:5: expected a mapping with key, name/),
    "bad.yaml:9:39: service:nobody is not declared here and not registered, or retired",
    "bad.yaml:9:58: entity:nothing is not declared here and not registered, or retired",
    "bad.yaml:10:5: name is missing",
    "bad.yaml:10:30: name is missing",
    expect.stringMatching(/^bad\.yaml:10:70: categories must be of the fideslang taxonomy/),
    "bad.yaml:12:15: entity:nothing is not declared here and not registered, or retired",
    expect.stringMatching(/^bad\.yaml:12:43: role must be one of SYSTEM_OF_RECORD/),
    expect.stringMatching(/^bad\.yaml:12:61: expected an instant/),
    expect.stringMatching(/^bad\.yaml:14:44: period must be an ISO 8601 duration/),
    expect.stringMatching(/^bad\.yaml:14:61: zone must be an IANA time zone/),
    expect.stringMatching(/^bad\.yaml:15:1: unknown member; there are teams, services/),
  ]);
  expect(await auditTrail(world.deps)).toEqual([]);
});

test("a file of more than 16 MB and a source without a name are refused", async () => {
  await expect(plan(`# ${"x".repeat(16 * 1024 * 1024)}`)).rejects.toMatchObject({ code: "TOO_LARGE" });
  await expect(plan("", "")).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
});

test("concurrent applies of one source apply it once", async () => {
  const reports = await Promise.all(Array.from({ length: 6 }, () => apply(SHOP)));
  expect(reports.map(({ changes }) => changes).sort()).toEqual([0, 0, 0, 0, 0, 7]);
  expect(await auditTrail(world.deps)).toHaveLength(7);
});

test("concurrent applies of two sources that want the same thing: one is told of the other", async () => {
  const reports = await Promise.all(["one.yaml", "two.yaml"].map((source) => importFrom(source, SHOP, false)));
  expect(reports.map(({ errors }) => errors.length).sort()).toEqual([0, 7]);
});

test("an import runs the same number of statements whatever its size", async () => {
  const statementsFor = async (size: number): Promise<number> => {
    const counted = countStatements(world.deps);
    const keys = Array.from({ length: size }, (_, index) => `k${size}-${index}`);
    const document = JSON.stringify({
      services: keys.map((key) => ({ key, name: key })),
      entities: keys.map((key) => ({ key, name: key })),
      datasets: keys.map((key) => ({ namespace: "n", name: key, service: key, entities: [key], fields: [{ name: "f" }] })),
      assignments: keys.map((key) => ({ entity: key, service: key, role: "SYSTEM_OF_RECORD" })),
    });
    const report = await importDescriptors(counted.deps, { actor: "ada", source: `${size}`, format: "CADASTRE", document, dryRun: false });
    expect(report).toMatchObject({ changes: 4 * size, errors: [] });
    return counted.statements.length;
  };
  expect(await statementsFor(900)).toBe(await statementsFor(300));
});

test("every member that is no longer written falls back to its default", async () => {
  await apply("services: [{ key: a, name: A, executor: MANUAL, team: t, timeoutMs: 500, description: d, properties: { x: 1 } }]");
  await apply("services: [{ key: a, name: A }]");
  expect((await findServices(world.deps.db, ["a"])).get("a")).toMatchObject({ executor: "PARTICIPANT", team: null, timeoutMs: 30_000, description: null, properties: {} });
});
