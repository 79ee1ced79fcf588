import { catalogWorld, type CatalogWorld } from "./catalog-world";

interface Row {
  entity: { id: string };
  cells: { service: { id: string }; roles: string[] }[];
  findings: { id: string; kind: string; since: string; state: string; subject: string; message: string }[];
}
interface Matrix {
  asOf: string;
  knownAt: string;
  rows: Row[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

let world: CatalogWorld;
const did = async (name: string, input: Record<string, unknown>): Promise<{ id: string }> => {
  const { data, errors } = await world.mutate(name, input, "id");
  expect(errors).toBeUndefined();
  return data![name] as unknown as { id: string };
};
const holds = (service: string, entity: string, role: string, more: Record<string, unknown> = {}) =>
  did("assignOwnership", { entity: `entity:${entity}`, service: `service:${service}`, role, ...more });

const MATRIX = `query ($filter: OwnershipFilter, $asOf: DateTime, $knownAt: DateTime, $first: Int, $after: String) {
  ownershipMatrix(filter: $filter, asOf: $asOf, knownAt: $knownAt, first: $first, after: $after) {
    asOf knownAt rows { entity { id } cells { service { id } roles } findings { id kind since state subject message } } pageInfo { hasNextPage endCursor } } }`;
const matrix = async (variables: Record<string, unknown> = {}): Promise<Matrix> =>
  (await world.ask<{ ownershipMatrix: Matrix }>(MATRIX, { first: 100, ...variables }, "reader")).ownershipMatrix;
const keys = ({ rows }: Matrix): string[] => rows.map(({ entity }) => entity.id.replace("entity:", ""));
const filtered = async (filter: Record<string, unknown>, more: Record<string, unknown> = {}): Promise<string[]> => keys(await matrix({ filter, ...more }));

beforeAll(async () => {
  world = await catalogWorld();
  const teams = { crm: "sales", shop: "sales", ledger: "finance", mail: "it" };
  for (const [key, team] of Object.entries(teams)) await did("registerService", { key, name: key, team });
  const domains = { address: "people", basket: "selling", customer: "people", invoice: "money", order: "selling", parcel: null };
  for (const [key, domain] of Object.entries(domains)) await did("registerEntity", { key, name: key, domain });
  await holds("crm", "customer", "SYSTEM_OF_RECORD");
  await holds("crm", "customer", "WRITER");
  await holds("mail", "customer", "READER");
  await holds("ledger", "invoice", "SYSTEM_OF_RECORD");
  await holds("shop", "order", "SYSTEM_OF_RECORD");
  await holds("shop", "order", "WRITER");
  await holds("crm", "order", "WRITER");
  await holds("shop", "basket", "SYSTEM_OF_RECORD");
  await holds("crm", "parcel", "WRITER");
  await holds("shop", "parcel", "WRITER");
  await did("registerDataset", {
    namespace: "pg", name: "people", service: "crm", entities: ["customer"], fields: [{ name: "mail", categories: ["user.contact.email"] }, { name: "n", categories: [] }],
  });
  await did("registerDataset", { namespace: "pg", name: "money", service: "ledger", entities: ["invoice"], fields: [{ name: "iban", categories: ["user.financial.bank_account"] }] });
});
afterAll(() => world.close());

test("what has no system of record comes first, then what several services write, then the rest, each by key", async () => {
  const { rows, pageInfo } = await matrix();
  expect(rows.map(({ entity, cells }) => [entity.id, ...cells.map(({ service, roles }) => `${service.id} ${roles.join("+")}`)])).toEqual([
    ["entity:address"],
    ["entity:parcel", "service:crm WRITER", "service:shop WRITER"],
    ["entity:order", "service:shop SYSTEM_OF_RECORD+WRITER", "service:crm WRITER"],
    ["entity:basket", "service:shop SYSTEM_OF_RECORD"],
    ["entity:customer", "service:crm SYSTEM_OF_RECORD+WRITER", "service:mail READER"],
    ["entity:invoice", "service:ledger SYSTEM_OF_RECORD"],
  ]);
  expect(pageInfo.hasNextPage).toBe(false);
});

test.each([1, 2, 3, 4, 6])("pages of %i hold every entity once, in the same order", async (first) => {
  const all: string[] = [];
  let after: string | null = null;
  do {
    const page: Matrix = await matrix({ first, after });
    expect(page.rows.length).toBeLessThanOrEqual(first);
    all.push(...keys(page));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  expect(all).toEqual(["address", "parcel", "order", "basket", "customer", "invoice"]);
});

test("is filtered by service, team, domain and category, all of which must hold", async () => {
  expect(await filtered({ services: ["service:crm"] })).toEqual(["parcel", "order", "customer"]);
  expect(await filtered({ services: ["service:mail", "service:ledger"] })).toEqual(["customer", "invoice"]);
  expect(await filtered({ teams: ["finance", "it"] })).toEqual(["customer", "invoice"]);
  expect(await filtered({ domain: "selling" })).toEqual(["order", "basket"]);
  expect(await filtered({ category: "user" })).toEqual(["customer", "invoice"]);
  expect(await filtered({ category: "user.contact" })).toEqual(["customer"]);
  expect(await filtered({ category: "user.con" })).toEqual([]);
  expect(await filtered({ teams: ["sales"], domain: "people" })).toEqual(["customer"]);
  expect(await filtered({ services: ["service:mail"], category: "user.financial" })).toEqual([]);
  expect(await filtered({ services: [] })).toEqual([]);
});

describe("at other instants", () => {
  let before: string;
  let corrected: string;
  beforeAll(async () => {
    before = world.clock.now().toISOString();
    world.clock.advance("P1D");
    const owned = await holds("crm", "address", "SYSTEM_OF_RECORD", { validFrom: "2026-01-01T00:00:00Z", validTo: "2026-02-01T00:00:00Z" });
    corrected = world.clock.now().toISOString();
    world.clock.advance("P1D");
    await did("correctAssignment", { id: owned.id, service: "service:shop" });
    await did("registerEntity", { key: "zebra", name: "Zebra" });
    await holds("mail", "zebra", "SYSTEM_OF_RECORD", { validFrom: "2026-01-10T00:00:00Z" });
  });

  test("shows who was what then, and as it was known", async () => {
    const cell = async (variables: Record<string, unknown>): Promise<unknown> =>
      (await matrix(variables)).rows.find(({ entity }) => entity.id === "entity:address")?.cells.map(({ service }) => service.id);
    expect(await cell({})).toEqual([]);
    expect(await cell({ asOf: "2026-01-15T00:00:00Z" })).toEqual(["service:shop"]);
    expect(await cell({ asOf: "2026-01-15T00:00:00Z", knownAt: corrected })).toEqual(["service:crm"]);
    expect(await cell({ asOf: "2026-01-15T00:00:00Z", knownAt: before })).toBeUndefined();
    expect(await cell({ asOf: "2026-02-01T00:00:00Z" })).toBeUndefined();
  });

  test("an entity is ranked by what it was then", async () => {
    expect(keys(await matrix())).toEqual(["address", "parcel", "order", "basket", "customer", "invoice", "zebra"].sort((a, b) => rankOf(a) - rankOf(b)));
    // On 15 January nothing but what was recorded for the past is known: entities that were registered later are no orphans then.
    expect(keys(await matrix({ asOf: "2026-01-15T00:00:00Z" }))).toEqual(["address", "zebra"]);
    expect(keys(await matrix({ knownAt: before }))).toEqual(["address", "parcel", "order", "basket", "customer", "invoice"]);
    function rankOf(key: string): number {
      return ["address", "parcel"].includes(key) ? 0 : key === "order" ? 1 : 2;
    }
  });

  test("an entity that is retired belongs to the past in which it was in use", async () => {
    const document = (entities: object[]): string => JSON.stringify({ entities });
    const apply = (entities: object[]) =>
      world.mutate("importDescriptors", { source: "passing", format: "CADASTRE", document: document(entities), dryRun: false }, "errors");
    await apply([{ key: "passing", name: "Passing" }]);
    const inUse = world.clock.now().toISOString();
    world.clock.advance("PT1H");
    await apply([]);
    const retired = world.clock.now().toISOString();
    world.clock.advance("PT1H");
    expect(keys(await matrix())).not.toContain("passing");
    expect(keys(await matrix({ asOf: inUse }))).toContain("passing");
    expect(keys(await matrix({ knownAt: inUse }))).toContain("passing");
    expect(keys(await matrix({ asOf: retired }))).not.toContain("passing");
    expect(keys(await matrix({ knownAt: retired }))).not.toContain("passing");
    expect(keys(await matrix({ asOf: "2027-01-01T00:00:00Z", knownAt: inUse }))).toContain("passing");
  });

  test("findings of ownership are told for the instants asked, the same each time", async () => {
    const findings = async (entity: string, variables: Record<string, unknown>) =>
      (await matrix(variables)).rows.find((row) => row.entity.id === `entity:${entity}`)?.findings.filter(({ kind }) => /OWNER|RECORD|WRITERS/.test(kind));
    const asOf = world.clock.now().toISOString();
    const [orphan, ...others] = (await findings("address", { asOf }))!;
    expect(others).toEqual([]);
    expect(orphan).toMatchObject({ kind: "NO_SYSTEM_OF_RECORD", since: "2026-02-01T00:00:00.000Z", state: "OPEN", subject: "entity:address" });
    expect(await findings("address", { asOf })).toEqual([orphan]);
    expect(await findings("address", { asOf: "2026-01-15T00:00:00Z" })).toEqual([]);
    expect(await findings("parcel", { asOf })).toMatchObject([
      { kind: "NO_SYSTEM_OF_RECORD", since: before }, { kind: "SEVERAL_WRITERS", since: before, message: expect.stringContaining("service:crm, service:shop") as string },
    ]);
    expect(await findings("customer", { asOf })).toEqual([]);
  });

  test("rows with findings can be asked for, by kind too", async () => {
    // Of now, the findings are those that the register holds; those of ownership are the same.
    expect(await filtered({ findings: ["NO_SYSTEM_OF_RECORD"] })).toEqual(["address", "parcel"]);
    expect(await filtered({ findings: ["SEVERAL_WRITERS"] })).toEqual(["parcel", "order"]);
    expect(await filtered({ findings: ["NO_SYSTEM_OF_RECORD"], category: "user" })).toEqual([]);
    const unproven = await matrix({ filter: { findings: ["UNPROVEN_ENDPOINT"] } });
    expect(keys(unproven)).toEqual(["customer", "invoice"]);
    expect(unproven.rows[0]!.findings).toMatchObject([{ kind: "UNPROVEN_ENDPOINT", subject: "dataset:pg:people" }]);
    expect(await filtered({ findings: ["UNPROVEN_ENDPOINT"] }, { asOf: "2026-01-15T00:00:00Z" })).toEqual([]);
    const asOf = world.clock.now().toISOString();
    expect(await filtered({ findings: ["NO_SYSTEM_OF_RECORD"] }, { asOf })).toEqual(["address", "parcel"]);
    expect(await filtered({ findings: ["SEVERAL_WRITERS"] }, { asOf })).toEqual(["parcel", "order"]);
    expect(await filtered({ findings: ["UNDECLARED_USE"] }, { asOf })).toEqual([]);
    expect(await filtered({ withFindings: true }, { asOf })).toEqual(expect.arrayContaining(["address", "parcel", "order"]));
    expect(await filtered({ withFindings: false })).toHaveLength(7);
    await expect(filtered({ findings: ["BAD_LUCK"] })).rejects.toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringMatching(/^filter.findings\[0\]: must be one of/) as string });
  });

  test("the instants of a page can be asked for again", async () => {
    const { asOf, knownAt } = await matrix({ first: 1 });
    expect({ asOf, knownAt }).toEqual({ asOf: world.clock.now().toISOString(), knownAt: world.clock.now().toISOString() });
    expect(keys(await matrix({ asOf, knownAt }))).toEqual(keys(await matrix()));
  });
});

test.each([[{ first: 0 }, /^first/], [{ first: 101 }, /^first/], [{ after: "x" }, /^after/], [{ after: Buffer.from('["9","a"]').toString("base64url") }, /^after/]])("%j is refused", async (variables, message) => {
  await expect(matrix(variables)).rejects.toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringMatching(message) as string });
});

test("a service shows the entities towards which it has a role, at any instant, page by page", async () => {
  const entities = async (service: string, args: string): Promise<[string[], boolean]> => {
    const asked = await world.ask<{ service: { entities: { edges: { node: { id: string }; cursor: string }[]; pageInfo: { hasNextPage: boolean } } } }>(
      `{ service(id: "service:${service}") { entities(${args}) { edges { node { id } cursor } pageInfo { hasNextPage } } } }`,
    );
    const { edges, pageInfo } = asked.service.entities;
    return [edges.map(({ node }) => node.id.replace("entity:", "")), pageInfo.hasNextPage];
  };
  const after = (key: string): string => `after: "${Buffer.from(JSON.stringify([key])).toString("base64url")}"`;
  expect(await entities("crm", "first: 50")).toEqual([["customer", "order", "parcel"], false]);
  expect(await entities("crm", "first: 2")).toEqual([["customer", "order"], true]);
  expect(await entities("crm", `first: 2, ${after("order")}`)).toEqual([["parcel"], false]);
  expect(await entities("shop", 'first: 50, asOf: "2026-01-15T00:00:00Z"')).toEqual([["address"], false]);
  expect(await entities("shop", 'first: 50, asOf: "2026-01-15T00:00:00Z", knownAt: "2026-03-02T09:00:00Z"')).toEqual([[], false]);
  await expect(entities("crm", "first: 0")).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
});
