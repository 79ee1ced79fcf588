import { proofs } from "../../src/catalog";
import { generateSigningKey } from "../../src/protocol";
import { auditTrail } from "./audit-trail";
import { catalogWorld, type CatalogWorld } from "./catalog-world";

let world: CatalogWorld;
beforeAll(async () => (world = await catalogWorld()));
afterAll(() => world.close());

const ok = async (name: string, input: Record<string, unknown>, selection = "id"): Promise<Record<string, unknown>> => {
  const { data, errors } = await world.mutate(name, input, selection);
  expect(errors).toBeUndefined();
  return data![name]!;
};
const refused = async (name: string, input: Record<string, unknown>, selection = "id") => {
  const { errors } = await world.mutate(name, input, selection);
  return { code: errors?.[0]?.extensions.code, message: errors?.[0]?.message };
};
const DATASET = "dataset:postgres%3A%2F%2Fdb%3A5432:shop.public.orders";

test("registers the shop and shows it from every side", async () => {
  const publicKey = generateSigningKey().publicKey;
  expect(
    await ok("registerService", { key: "orders", name: "Orders", team: "shop", endpointUrl: "https://orders.test/", publicKey, kinds: ["erase"], backupHorizon: "P30D" },
      "id name team executor backupHorizon retiredAt endpoint { url kinds publicKeys timeoutMs lastCheck { passed } } assignments { id } datasets { edges { cursor } }"),
  ).toEqual({
    id: "service:orders", name: "Orders", team: "shop", executor: "PARTICIPANT", backupHorizon: "P30D", retiredAt: null,
    endpoint: { url: "https://orders.test/", kinds: ["erase"], publicKeys: [publicKey], timeoutMs: 30_000, lastCheck: null }, assignments: [], datasets: { edges: [] },
  });
  await ok("registerService", { key: "mail", name: "Mail", executor: "MANUAL" });
  await ok("registerEntity", { key: "order", name: "Order", domain: "sales", identifierTypes: ["order_id"] });
  await ok("registerEntity", { key: "customer", name: "Customer" });
  await ok("registerDataset", {
    namespace: "postgresql://DB:5432", name: "shop.public.orders", service: "service:orders", entities: ["entity:order", "entity:customer"], identifierTypes: ["email"],
    fields: [{ name: "id", type: "uuid", categories: [] }, { name: "email", categories: ["user.contact.email"] }, { name: "note" }],
  });
  const assignment = await ok("assignOwnership", { entity: "entity:order", service: "service:orders", role: "SYSTEM_OF_RECORD" },
    "id role validFrom validTo recordedAt entity { id } service { id }");
  expect(assignment).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, role: "SYSTEM_OF_RECORD", validFrom: "2026-03-02T09:00:00.000Z", validTo: null,
    recordedAt: "2026-03-02T09:00:00.000Z", entity: { id: "entity:order" }, service: { id: "service:orders" },
  });

  expect(
    await world.ask(`{
      service(id: "service:orders") { assignments { entity { id } role } datasets { edges { node { id } } } }
      mail: service(id: "service:mail") { executor endpoint { url } }
      entity(id: "entity:order") { name domain identifierTypes systemOfRecord { id } assignments { service { id } } datasets { edges { node { id } } } }
      dataset(id: "${DATASET}") { id namespace name identifierTypes personal proofGrade service { id } entities { id } fields { name type categories } }
      respelled: dataset(id: "dataset:postgresql%3a%2F%2FDB%3A5432:shop%2Epublic.orders") { id }
      nobody: service(id: "service:nobody") { id } nothing: entity(id: "entity:\\u0000") { id } none: dataset(id: "dataset:a:%00") { id } noId: dataset(id: "a") { id }
    }`),
  ).toEqual({
    service: { assignments: [{ entity: { id: "entity:order" }, role: "SYSTEM_OF_RECORD" }], datasets: { edges: [{ node: { id: DATASET } }] } },
    mail: { executor: "MANUAL", endpoint: null },
    entity: {
      name: "Order", domain: "sales", identifierTypes: ["order_id"], systemOfRecord: { id: "service:orders" }, assignments: [{ service: { id: "service:orders" } }],
      datasets: { edges: [{ node: { id: DATASET } }] },
    },
    dataset: {
      id: DATASET, namespace: "postgres://db:5432", name: "shop.public.orders", identifierTypes: ["email"], personal: "PERSONAL", proofGrade: "G0",
      service: { id: "service:orders" }, entities: [{ id: "entity:customer" }, { id: "entity:order" }],
      fields: [
        { name: "id", type: "uuid", categories: [] },
        { name: "email", type: null, categories: ["user.contact.email"] },
        { name: "note", type: null, categories: null },
      ],
    },
    respelled: { id: DATASET }, nobody: null, nothing: null, none: null, noId: null,
  });
});

test("omitted members stay and an equal input writes no audit entry", async () => {
  await ok("registerEntity", { key: "invoice", name: "Invoice", domain: "billing", identifierTypes: ["invoice_id"] });
  expect(await ok("registerEntity", { key: "invoice", name: "Bill" }, "name domain identifierTypes")).toEqual({ name: "Bill", domain: "billing", identifierTypes: ["invoice_id"] });
  expect(await ok("registerEntity", { key: "invoice", name: "Bill", domain: null }, "domain")).toEqual({ domain: null });
  const before = await auditTrail(world.deps);
  await ok("registerEntity", { key: "invoice", name: "Bill", identifierTypes: ["invoice_id"] });
  expect(await auditTrail(world.deps)).toEqual(before);
});

test("ownership is answered for any instant, as known at any other", async () => {
  await ok("registerEntity", { key: "parcel", name: "Parcel" });
  const { id } = await ok("assignOwnership", { entity: "entity:parcel", service: "service:orders", role: "SYSTEM_OF_RECORD", validFrom: "2026-01-01T00:00:00Z" });
  const beforeCorrection = world.clock.now().toISOString();
  world.clock.advance("P1D");
  await ok("correctAssignment", { id, service: "service:mail" });
  world.clock.advance("P1D");
  const ended = await ok("endOwnership", { id }, "id validTo");
  expect(ended).toEqual({ id, validTo: world.clock.now().toISOString() });
  expect(
    await world.ask(
      `query ($known: DateTime!) { entity(id: "entity:parcel") {
         now: systemOfRecord { id } then: systemOfRecord(asOf: "2026-02-01T00:00:00Z") { id } as: systemOfRecord(asOf: "2026-02-01T00:00:00Z", knownAt: $known) { id }
         before: systemOfRecord(asOf: "2025-12-31T23:59:59.999Z") { id } unknown: systemOfRecord(asOf: "2026-02-01T00:00:00Z", knownAt: "2026-01-01T00:00:00Z") { id }
       } }`,
      { known: beforeCorrection },
    ),
  ).toEqual({ entity: { now: null, then: { id: "service:mail" }, as: { id: "service:orders" }, before: null, unknown: null } });
});

test("the second system of record is refused as CONFLICT, which the audit log knows", async () => {
  await ok("registerEntity", { key: "claim", name: "Claim" });
  await ok("assignOwnership", { entity: "entity:claim", service: "service:orders", role: "SYSTEM_OF_RECORD" });
  const refusal = await refused("assignOwnership", { entity: "entity:claim", service: "service:mail", role: "SYSTEM_OF_RECORD" });
  expect(refusal).toEqual({ code: "CONFLICT", message: expect.stringContaining("service:orders is SYSTEM_OF_RECORD") as string });
  expect(await auditTrail(world.deps)).toContainEqual({ action: "catalog.assign-ownership", object: "entity:claim", outcome: "denied" });
});

test("lists are paged by key, the retired left out, with filters", async () => {
  const document = JSON.stringify({
    services: Array.from({ length: 7 }, (_, index) => ({ key: `paged-${index}`, name: `Paged ${index}`, team: "pages" })),
    entities: Array.from({ length: 7 }, (_, index) => ({ key: `paged-${index}`, name: `Paged ${index}` })),
    datasets: Array.from({ length: 7 }, (_, index) => ({
      namespace: "kafka://broker:9092", name: `Paged_${index}`, service: "paged-0", entities: [`paged-${index % 2}`],
      fields: [{ name: "f", categories: [index === 3 ? "user.contact.email" : "user.name"] }],
    })),
  });
  await ok("importDescriptors", { source: "paged", format: "CADASTRE", document, dryRun: false }, "errors");

  async function all(list: string, args: string): Promise<string[]> {
    const names: string[] = [];
    let after: string | null = null;
    do {
      const page: Record<string, { edges: { node: { name: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }> = await world.ask(
        `query ($after: String) { ${list}(first: 3, after: $after, ${args}) { edges { node { name } } pageInfo { hasNextPage endCursor } } }`, { after },
      );
      names.push(...page[list]!.edges.map(({ node }) => node.name));
      after = page[list]!.pageInfo.hasNextPage ? page[list]!.pageInfo.endCursor : null;
    } while (after !== null);
    return names;
  }
  const seven = (prefix: string): string[] => Array.from({ length: 7 }, (_, index) => `${prefix}${index}`);
  expect(await all("services", 'team: "pages"')).toEqual(seven("Paged "));
  expect(await all("services", 'team: "none"')).toEqual([]);
  expect(await all("entities", 'namePrefix: "pAGed"')).toEqual(seven("Paged "));
  expect(await all("entities", 'category: "user.contact"')).toEqual(expect.arrayContaining(["Paged 1"]));
  expect(await all("datasets", 'namePrefix: "paged_"')).toEqual(seven("Paged_"));
  expect(await all("datasets", 'namePrefix: "paged%"')).toEqual([]);
  expect(await all("datasets", 'service: "service:paged-0", category: "user.contact"')).toEqual(["Paged_3"]);
  expect(await all("datasets", 'service: "service:paged-0", category: "user.con"')).toEqual([]);

  const nested = await world.ask<{ entities: { edges: { node: { datasets: { edges: { node: { name: string } }[]; pageInfo: { hasNextPage: boolean } } } }[] } }>(
    '{ entities(namePrefix: "Paged", first: 3) { edges { node { datasets(first: 3) { edges { node { name } } pageInfo { hasNextPage } } } } } }',
  );
  expect(nested.entities.edges.map(({ node }) => [node.datasets.edges.map((edge) => edge.node.name), node.datasets.pageInfo.hasNextPage])).toEqual([
    [["Paged_0", "Paged_2", "Paged_4"], true],
    [["Paged_1", "Paged_3", "Paged_5"], false],
    [[], false],
  ]);

  await ok("importDescriptors", { source: "paged", format: "CADASTRE", document: "{}", dryRun: false }, "errors");
  expect(await all("services", 'team: "pages"')).toEqual([]);
  expect(await world.ask('{ service(id: "service:paged-1") { name retiredAt } }')).toEqual({ service: { name: "Paged 1", retiredAt: world.clock.now().toISOString() } });
});

test("a dataset shows the grade of its proofs", async () => {
  await ok("registerDataset", { namespace: "n", name: "proven" });
  const [{ id: datasetId }] = await world.deps.db.query<{ id: number }>("testProven", "select id from datasets where name = 'proven'") as [{ id: number }];
  await world.deps.transaction((tx) => proofs.record(tx, [{ datasetId, kind: "LIVE", at: tx.now }]));
  expect(await world.ask('{ dataset(id: "dataset:n:proven") { proofGrade personal } }')).toEqual({ dataset: { proofGrade: "G3", personal: "UNCLASSIFIED" } });
});

test("a dry run is the default of an import", async () => {
  const document = "services:\n  - { key: dry, name: Dry }\n";
  expect(await ok("importDescriptors", { source: "dry", format: "CADASTRE", document }, "changes errors plan")).toEqual({ changes: 1, errors: [], plan: ["+ service:dry"] });
  expect(await world.ask('{ service(id: "service:dry") { id } }')).toEqual({ service: null });
});

test.each<[string, string, Record<string, unknown>, string, RegExp]>([
  ["a page of a thousand", "entities(first: 1000)", {}, "BAD_USER_INPUT", /^first: must be between 1 and 100/],
  ["a nested page of none", 'entity(id: "entity:order") { datasets(first: 0) { edges { cursor } } } #', {}, "BAD_USER_INPUT", /^first: /],
  ["a cursor that is none", 'datasets(after: "x")', {}, "BAD_USER_INPUT", /^after: not a cursor/],
  ["a filter that PostgreSQL cannot hold", "services(team: $team)", { team: "a\u0000b" }, "BAD_USER_INPUT", /team/],
])("%s is refused", async (_, query, variables, code, message) => {
  const declared = Object.keys(variables).length > 0 ? "query ($team: String)" : "query";
  const asked = world.ask(`${declared} { ${query} { edges { cursor } }\n}`, variables);
  await expect(asked).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
});

test.each<[string, Record<string, unknown>, RegExp]>([
  ["registerService", { key: "a\u202Eb", name: "n" }, /^key: .*U\+202E/],
  ["registerEntity", { key: "a\u200Bb", name: "n" }, /^key: .*U\+200B/],
  ["registerEntity", { key: "ab", name: "n".repeat(10_000) }, /^name: must have at most 512/],
  ["registerDataset", { namespace: "n", name: "n".repeat(10_000) }, /^name: must have at most 512/],
  ["classifyFields", { dataset: "orders", fields: [] }, /^dataset: must be dataset:/],
  ["rotateEndpointKey", { service: "service:orders", publicKey: "x" }, /^publicKey: must be an Ed25519/],
  ["assignOwnership", { entity: "entity:order", service: "service:mail", role: "READER", validFrom: "2026-02-01T00:00:00Z", validTo: "2026-01-01T00:00:00Z" }, /^validTo: must be later/],
])("%s refuses bad input with the reason", async (name, input, reason) => {
  expect(await refused(name, input)).toEqual({ code: "BAD_USER_INPUT", message: expect.stringMatching(reason) as string });
});

test("a reader may look and not touch", async () => {
  expect(await world.ask("{ services(first: 1) { pageInfo { hasNextPage } } }", {}, "reader")).toBeDefined();
  const { errors } = await world.mutate("registerService", { key: "x", name: "X" }, "id", "reader");
  expect(errors?.[0]?.extensions.code).toBe("FORBIDDEN");
});

test("services are found by the address of their endpoint, exactly as it is registered", async () => {
  const endpointUrl = "https://found.test/cadastre";
  await ok("registerService", { key: "found", name: "Found", endpointUrl });
  const search = async (url: string | null) => {
    const { services } = await world.ask<{ services: { edges: { node: { id: string } }[] } }>(
      "query ($url: String) { services(endpointUrl: $url, first: 100) { edges { node { id } } } }", { url },
    );
    return services.edges.map(({ node }) => node.id);
  };
  expect(await search(endpointUrl)).toEqual(["service:found"]);
  expect(await search(`${endpointUrl}/`)).toEqual([]);
  expect((await search(null)).length).toBeGreaterThan(1);
});
