import { createToken } from "../../src/access";
import { findServices, proofs } from "../../src/catalog";
import { findDatasetIds } from "../../src/catalog/storage/plan-queries";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { rotateEndpointKey } from "../../src/catalog/use-cases/rotate-endpoint-key";
import { checkEndpoint } from "../../src/dispatch/use-cases/check-endpoint";
import { stopService } from "../../src/dispatch/use-cases/stop-service";
import { failed, generateSigningKey, notFound, type OrderKind, retained } from "../../src/participant";
import { type Company, createCompany, type DatasetOfService, NAMESPACE } from "../erasure/support/company";
import { asOwner } from "../support/as-owner";
import { type TestServer, startServer } from "../support/server";
import { waitFor } from "../support/wait-for";

const KINDS: OrderKind[] = ["discover", "erase", "verify", "plant", "recall"];
const QUICK = { polling: { times: 2, waitMs: 1 } };

let company: Company;
let server: TestServer;
let editor: string;
beforeAll(async () => {
  company = await createCompany();
  const { deps } = company.world;
  server = await startServer(company.world);
  editor = (await createToken(deps, { principal: "edda", roles: ["editor"], actor: "test" })).token;
});
afterAll(async () => {
  await server.close();
  await company.close();
});

const people = (more: Partial<DatasetOfService> = {}): DatasetOfService => ({ identifierTypes: ["email"], rows: [{ email: "mara@example.com" }], ...more });
const check = (key: string, limits: Parameters<typeof checkEndpoint>[2] = QUICK) =>
  checkEndpoint(company.world.deps, { service: `service:${key}`, actor: "edda" }, limits);

/** Names of the datasets that are proven live. */
async function live(...names: string[]): Promise<string[]> {
  const ids = await findDatasetIds(company.world.deps.db, names.map((name) => ({ namespace: NAMESPACE, name })));
  const since = await proofs.findLiveSince(company.world.deps.db, [...ids.values()]);
  return names.filter((_, index) => since.has([...ids.values()].sort((a, b) => a - b)[index]!));
}

const count = async (table: string): Promise<number> => {
  const rows = await company.world.deps.db.query<{ count: number }>(`testCount${table}`, `select count(*)::int as count from ${table}`);
  return rows[0]!.count;
};
const entriesOf = (key: string) =>
  company.world.deps.db.query("findChecks", "select action, actor, outcome from audit_entry_facts where object = $1 and action = 'catalog.check-endpoint'", [`service:${key}`]);
const lastCheck = async (key: string) => {
  const query = "query ($id: ID!) { service(id: $id) { endpoint { lastCheck { at passed checks { name passed message } } } } }";
  const { data } = await server.graphql<{ service: { endpoint: { lastCheck: unknown } } }>(query, { id: `service:${key}` }, editor);
  return data.service.endpoint.lastCheck;
};

/** A service whose first call is held until it is let go. */
async function heldService(key: string) {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const handlers = { verify: async () => held.then(() => notFound()) };
  await company.service(key, ["verify"], { [`${key}_people`]: people({ handlers }) });
  const isCalled = (): boolean => (company.received.get(key) ?? []).some(({ kind }) => kind === "verify");
  return { letGo: () => letGo(), isCalled };
}

test("an honest service passes: the report is kept, its verify handlers are proven alive, and nobody is left behind", async () => {
  const datasets = { shop_customers: people(), shop_carts: people({ identifierTypes: ["email", "phone"] }) };
  await company.service("shop", KINDS, datasets);
  expect(await lastCheck("shop")).toBeNull();
  const began = company.world.clock.now();
  const report = await check("shop");
  expect(report.checks.filter(({ passed }) => !passed)).toEqual([]);
  expect(report).toMatchObject({ passed: true, at: began });
  expect(await lastCheck("shop")).toEqual({ at: began.toISOString(), passed: true, checks: report.checks });
  expect(await live("shop_customers", "shop_carts")).toEqual(["shop_customers", "shop_carts"]);
  expect(await entriesOf("shop")).toEqual([{ action: "catalog.check-endpoint", actor: "edda", outcome: "ok" }]);
  expect([await count("examinations"), await count("examined_orders"), await count("orders")]).toEqual([0, 0, 0]);
  expect(datasets.shop_customers.rows).toEqual([{ email: "mara@example.com" }]);
});

test("its orders are about people who do not exist, and the report names none of them", async () => {
  const report = await check("shop");
  const values = company.received.get("shop")!.flatMap(({ identities }) => identities.map((identity) => identity.identity_value));
  expect(values.length).toBeGreaterThan(20);
  expect(values.filter((value) => !/^(sentinel-[0-9a-f-]{36}(@cadastre\.invalid)?|\+999\d{10})$/.test(value))).toEqual([]);
  expect(JSON.stringify(report)).not.toMatch(/sentinel-[0-9a-f]|\+999|example/);
});

test("through the API the same report is answered and kept, and a later one takes its place", async () => {
  company.world.clock.advance("PT1M");
  const mutation = "mutation ($input: CheckEndpointInput!) { checkEndpoint(input: $input) { at passed checks { name passed message } } }";
  const { data, errors } = await server.graphql(mutation, { input: { service: "service:shop" } }, editor);
  expect(errors).toBeUndefined();
  expect(data.checkEndpoint).toMatchObject({ passed: true, at: company.world.clock.now().toISOString() });
  expect(await lastCheck("shop")).toEqual(data.checkEndpoint);
});

test("a dataset that lies is named, and not proven alive; the one beside it is", async () => {
  const blind = people({ handlers: { verify: () => notFound() } });
  await company.service("blind", KINDS, { blind_customers: blind, blind_carts: people() });
  const report = await check("blind");
  expect(report.passed).toBe(false);
  const found = report.checks.find(({ name }) => name === "a planted sentinel is FOUND, erased, then NOT_FOUND");
  expect(found?.message).toBe(`verify: expected FOUND of a sentinel that was planted: ${NAMESPACE} blind_customers answered NOT_FOUND`);
  expect(await live("blind_customers", "blind_carts")).toEqual(["blind_carts"]);
});

test("a handler that was proven alive and answers wrongly now is no longer taken for alive; the one beside it is", async () => {
  const { deps } = company.world;
  await company.service("turned", KINDS, { turned_people: people({ handlers: { verify: () => notFound() } }), turned_orders: people() });
  const ids = await findDatasetIds(deps.db, ["turned_people", "turned_orders"].map((name) => ({ namespace: NAMESPACE, name })));
  await deps.transaction((tx) => proofs.record(tx, [...ids.values()].map((datasetId) => ({ datasetId, kind: "LIVE", at: deps.clock.now() }))));
  expect(await check("turned")).toMatchObject({ passed: false });
  expect(await live("turned_people", "turned_orders")).toEqual(["turned_orders"]);
});

test("what a dataset retains, or where no sentinel can be planted, proves nothing of its verify handler", async () => {
  const keep = { count: 1, rule: "tax", start: "2026-01-01", until: "2036-01-01" };
  const kept = new Set<string>();
  const emails = (order: { subject_identities: readonly { identity_value: string }[] }) => order.subject_identities.map((each) => each.identity_value);
  await company.service("keeper", KINDS, {
    keeper_invoices: people({
      handlers: {
        plant: ({ order }) => (emails(order).forEach((email) => kept.add(email)), { outcome: "DONE", count: 1 }),
        verify: ({ order }) => (emails(order).some((email) => kept.has(email)) ? { outcome: "FOUND", count: 1 } : notFound()),
        erase: ({ order }) => (emails(order).some((email) => kept.has(email)) ? retained(keep) : notFound()),
      },
    }),
  });
  await company.service("bare", ["discover", "erase", "verify"], { bare_people: people() });
  await check("keeper");
  expect((await check("bare")).passed).toBe(true);
  expect(await live("keeper_invoices")).toEqual([]);
  expect(await live("bare_people")).toEqual([]);
});

describe("refused", () => {
  test("is a service that does not exist, or cannot be asked, or is stopped", async () => {
    const { deps } = company.world;
    const { publicKey } = generateSigningKey();
    const endpointUrl = "http://127.0.0.1:9/";
    const register = (key: string, more: object) => registerService(deps, { actor: "edda", key, name: key, ...more });
    await register("nowhere", { publicKey });
    await register("keyless", { endpointUrl });
    await register("byhand", { endpointUrl, publicKey, executor: "MANUAL" });
    await register("halted", { endpointUrl, publicKey });
    await stopService(deps, { id: "service:halted", code: "other", actor: "olga" });
    await expect(check("nobody")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(check("nowhere")).rejects.toMatchObject({ code: "PRECONDITION_FAILED", message: expect.stringContaining("no endpoint") as string });
    await expect(check("keyless")).rejects.toMatchObject({ code: "PRECONDITION_FAILED", message: expect.stringContaining("no public key") as string });
    await expect(check("byhand")).rejects.toMatchObject({ code: "PRECONDITION_FAILED", message: expect.stringContaining("PARTICIPANT") as string });
    await expect(check("halted")).rejects.toMatchObject({ code: "PRECONDITION_FAILED", message: expect.stringContaining("stopped") as string });
    expect(await count("examinations")).toBe(0);
  });

  test("is a second examination while one is under way, not one after it or after one that died", async () => {
    const { letGo, isCalled } = await heldService("busy");
    const first = check("busy");
    await waitFor(isCalled);
    await expect(check("busy")).rejects.toMatchObject({ code: "CONFLICT", object: "service:busy" });
    letGo();
    expect((await first).checks.length).toBeGreaterThan(5);

    const { deps, clock } = company.world;
    await deps.db.query("testDeadExamination", "insert into examinations (service_key, id, lease_until) values ('busy', $1, $2)", [deps.ids.uuid(), new Date(clock.now().getTime() + 1000)]);
    await expect(check("busy")).rejects.toMatchObject({ code: "CONFLICT" });
    clock.advance("PT2S");
    expect((await check("busy")).checks.length).toBeGreaterThan(5);
    expect(await entriesOf("busy")).toHaveLength(2);
  });
});

describe("while the orders are under way", () => {
  test("no transaction is open", async () => {
    const { letGo, isCalled } = await heldService("slow");
    const running = check("slow");
    await waitFor(isCalled);
    const open = "select count(*)::int as open from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'";
    expect(await asOwner(company.world.deps, "testOpenTransactions", open)).toEqual([{ open: 0 }]);
    letGo();
    await running;
  });

  test.each<[string, (key: string) => Promise<unknown>]>([
    ["the address", (key) => registerService(company.world.deps, { actor: "edda", key, name: key, endpointUrl: "http://127.0.0.1:9/other" })],
    ["the keys", (key) => rotateEndpointKey(company.world.deps, { actor: "edda", service: key, publicKey: generateSigningKey().publicKey })],
    ["the executor", (key) => registerService(company.world.deps, { actor: "edda", key, name: key, executor: "MANUAL" })],
  ])("%s may change: nothing is kept then", async (what, change) => {
    const key = `changing-${what.replace("the ", "")}`;
    const service = await changingService(key, () => change(key));
    await expect(check(key)).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("changed while it was examined") as string });
    expect(service.changed()).toBe(true);
    expect([await live(`${key}_people`), await count("examinations")]).toEqual([[], 0]);
    expect(await entriesOf(key)).toEqual([]);
  });

  test("a dataset that moves to another service, or is looked up otherwise, is not proven alive; the others are", async () => {
    await company.service("heir", [], {});
    const { deps } = company.world;
    const register = (name: string, more: object) => registerDataset(deps, { actor: "edda", namespace: NAMESPACE, name, ...more });
    await changingService("moving", async () => {
      await register("moving_people", { service: "heir" });
      await register("moving_more", { identifierTypes: ["email", "phone"] });
    }, { moving_more: people(), moving_rest: people() });
    expect((await check("moving")).passed).toBe(true);
    expect(await live("moving_people", "moving_more", "moving_rest")).toEqual(["moving_rest"]);
  });

  test("an emergency stop ends it: no further order is sent", async () => {
    const { changed } = await changingService("stopping", () => stopService(company.world.deps, { id: "service:stopping", code: "other", actor: "olga" }));
    await expect(check("stopping")).rejects.toMatchObject({ code: "PRECONDITION_FAILED", message: expect.stringContaining("stopped while") as string });
    expect(changed()).toBe(true);
    expect(company.received.get("stopping")!.at(-1)?.kind).toBe("plant");
    expect([await lastCheck("stopping"), await count("examinations")]).toEqual([null, 0]);
  });

  test("a failure of our own is no finding about the service", async () => {
    const { deps } = company.world;
    let transactions = 0;
    const failing: typeof deps = { ...deps, transaction: (work) => ((transactions += 1) === 7 ? Promise.reject(new Error("disk full")) : deps.transaction(work)) };
    await company.service("unlucky", KINDS, { unlucky_people: people() });
    await expect(checkEndpoint(failing, { service: "unlucky", actor: "edda" }, QUICK)).rejects.toThrow("disk full");
    expect([await lastCheck("unlucky"), await count("examinations")]).toEqual([null, 0]);
  });

  test("a client that hangs up does no harm", async () => {
    const { letGo, isCalled } = await heldService("deserted");
    const leaving = new AbortController();
    const query = 'mutation { checkEndpoint(input: { service: "service:deserted" }) { passed } }';
    const headers = { "content-type": "application/json", authorization: `Bearer ${editor}` };
    const asked = fetch(`${server.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }), signal: leaving.signal });
    await waitFor(isCalled);
    leaving.abort();
    await expect(asked).rejects.toThrow("abort");
    letGo();
    expect(await waitFor(() => lastCheck("deserted"))).toMatchObject({ passed: true });
  });

  /** A service that is changed by others when it plants its first sentinel. */
  async function changingService(key: string, change: () => Promise<unknown>, more: Record<string, DatasetOfService> = {}) {
    let changed: Promise<unknown> | undefined;
    const participant = await company.service(key, KINDS, { [`${key}_people`]: people(), ...more });
    const handle = participant.handle.bind(participant);
    participant.handle = async (request) => {
      if (request.body.toString().includes('"kind":"plant"')) await (changed ??= change());
      return handle(request);
    };
    return { changed: () => changed !== undefined };
  }
});

test("a report of one address is not shown for another", async () => {
  const { deps } = company.world;
  await company.service("moved", ["verify"], { moved_people: people() });
  await check("moved");
  expect(await lastCheck("moved")).not.toBeNull();
  const { endpointUrl } = (await findServices(deps.db, ["moved"])).get("moved")!;
  await registerService(deps, { actor: "edda", key: "moved", name: "moved", endpointUrl: `${endpointUrl}/new` });
  expect(await lastCheck("moved")).toBeNull();
});

test.each([
  ["an address that calls may not reach", "http://10.1.2.3/cadastre", /^verify: expected a response, got none: the address is not public/],
  ["nobody", "http://127.0.0.1:9/cadastre", /^verify: expected a response, got none: no connection/],
])("where %s is to answer, that is the report", async (what, endpointUrl, message) => {
  const key = what.replaceAll(" ", "-");
  const { deps } = company.world;
  await registerService(deps, { actor: "edda", key, name: key, endpointUrl, publicKey: generateSigningKey().publicKey });
  const report = await check(key);
  expect(report).toMatchObject({ passed: false, checks: [{ passed: false, message: expect.stringMatching(message) as string }] });
  expect(await lastCheck(key)).toMatchObject({ passed: false });
});

test("it ends when its time is over, whatever the service does", async () => {
  await company.service("sleepy", ["erase", "verify", "plant"], { sleepy_people: people({ handlers: { erase: () => new Promise(() => undefined) } }) });
  const { passed, checks } = await check("sleepy", { limitMs: 700 });
  expect(passed).toBe(false);
  expect(checks.find(({ name }) => name.startsWith("erase: an unknown"))?.message).toMatch(/^erase: expected a response, got none: no complete answer within \d+ ms$/);
  expect(checks.at(-1)).toMatchObject({ name: expect.stringContaining("permit") as string, message: expect.stringContaining("taken all its time") as string });
});

test("of more datasets than fit into an order some are left out, and it says so", async () => {
  const { deps } = company.world;
  await company.service("vast", [], {});
  await deps.db.query(
    "testManyDatasets",
    `insert into datasets (namespace, name, service_key, identifier_types, personal, registered_at)
     select 'kafka://vast', 'topic_' || n, 'vast', '{}', 'UNCLASSIFIED', $1 from generate_series(1, 203) n`,
    [company.world.clock.now()],
  );
  const { checks } = await check("vast");
  expect(checks.at(-1)).toEqual({ name: "datasets beyond what one examination takes", passed: true, message: "not shown of 3 datasets: they were not examined, one examination takes 200" });
});

test("a handler that fails is told by its outcome, one that breaks by its status, and nothing else of what it said", async () => {
  const handlers = { verify: () => { throw new Error("mara@example.com is locked"); }, erase: () => failed(1) };
  await company.service("broken", ["check", "erase", "verify"], { broken_people: people({ handlers }) });
  const { checks } = await check("broken");
  expect(checks.find(({ name }) => name === "verify: an unknown person is NOT_FOUND")?.message)
    .toBe("verify: expected a signed answer, got HTTP 500 INTERNAL: the service's own log says why");
  expect(checks.find(({ name }) => name === "erase: an unknown person is NOT_FOUND")?.message)
    .toBe(`erase: expected NOT_FOUND of a person whom nobody knows: ${NAMESPACE} broken_people answered FAILED`);
  expect(JSON.stringify(checks)).not.toContain("mara");
});
