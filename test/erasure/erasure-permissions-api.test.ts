import { type ErasureApi, openErasureApi, openShop, type Who } from "./support/erasure-api";

const SUPPRESSED = "query ($input: SuppressionLookup!) { isSuppressed(input: $input) }";

let api: ErasureApi;
let id: string;
beforeAll(async () => {
  api = await openErasureApi();
  await openShop(api, { people: [{ email: "ada@example.org", customer_id: "c-1" }], orders: [{ customer_id: "c-1" }], newsletter: [] });
  id = await api.erase("ada@example.org");
});
afterAll(() => api?.close());

describe("what callers see of erasures", () => {
  const QUERIES: Readonly<Record<string, string>> = {
    erasureRequest: "query ($id: ID!) { erasureRequest(id: $id) { id } }",
    erasureRequests: "{ erasureRequests { edges { node { id } } } }",
    erasureCertificate: "query ($id: ID!) { erasureCertificate(request: $id) }",
    certificateStatus: "query ($certificate: ID!) { certificateStatus(certificate: $certificate) { status } }",
    isSuppressed: '{ isSuppressed(input: { identifiers: [{ type: "email", value: "ada@example.org" }], collectedAt: "2026-01-01T00:00:00Z" }) }',
  };

  it.each<[Who, string[]]>([
    ["olga", Object.keys(QUERIES)],
    ["anna", ["erasureRequest", "erasureRequests"]],
    ["aron", ["erasureCertificate", "certificateStatus"]],
    ["orders", ["isSuppressed"]],
    ["rita", []],
    ["edda", []],
  ])("%s sees exactly %j", async (who, allowed) => {
    const NEWEST = "query ($id: ID!) { erasureRequest(id: $id) { certificateId } }";
    const { certificateId } = (await api.ask<{ erasureRequest: { certificateId: string } }>("olga", NEWEST, { id })).data.erasureRequest;
    for (const [name, query] of Object.entries(QUERIES)) {
      const variables = query.includes("$certificate") ? { certificate: certificateId } : query.includes("$id") ? { id } : {};
      expect([name, await api.codes(who, query, variables)]).toEqual([name, allowed.includes(name) ? [] : ["FORBIDDEN"]]);
    }
  });

  it("a refusal leaves one denied entry", async () => {
    api.company.world.clock.advance("PT1S");
    const since = api.company.world.clock.now();
    await api.codes("orders", QUERIES.erasureRequest!, { id });
    const { db } = api.company.world.deps;
    const entries = await db.query("testDeniedEntries", "select action, actor, outcome from audit_entry_facts where at >= $1", [since]);
    expect(entries).toEqual([{ action: "erasure.erasure-request", actor: "orders", outcome: "denied" }]);
  });

  const NOTHING = ["0190a0a0-0000-7000-8000-000000000000", "0190A0A0-0000-7000-8000-000000000000", "x", "x".repeat(10_000), "\u0000", "\u202e", "';--"];
  it.each(NOTHING)("an id of nothing is null for the request, and NOT_FOUND for its certificate: %j", async (unknown) => {
    expect(await api.ask("olga", QUERIES.erasureRequest!, { id: unknown })).toEqual({ data: { erasureRequest: null } });
    expect(await api.codes("olga", QUERIES.erasureCertificate!, { id: unknown })).toEqual(["NOT_FOUND"]);
    expect(await api.codes("olga", QUERIES.certificateStatus!, { certificate: unknown })).toEqual(["NOT_FOUND"]);
  });
});

describe("isSuppressed, asked by a service", () => {
  const isSuppressed = async (identifiers: { type: string; value: string }[], collectedAt: string, scope?: string) =>
    (await api.ask<{ isSuppressed: boolean }>("orders", SUPPRESSED, { input: { identifiers, collectedAt, scope } })).data.isSuppressed;
  const ada = { type: "email", value: " ADA@example.org" };

  it("is true for data collected up to the release, by any identifier that is known by now, and for a scope, too", async () => {
    expect(await isSuppressed([ada], "2025-01-01T00:00:00Z")).toBe(true);
    expect(await isSuppressed([{ type: "customer_id", value: "c-1" }], "2025-01-01T00:00:00Z")).toBe(true);
    expect(await isSuppressed([{ type: "email", value: "eve@example.org" }, ada], "2025-01-01T00:00:00Z")).toBe(true);
    expect(await isSuppressed([ada], "2025-01-01T00:00:00Z", "service:orders")).toBe(true);
    expect(await isSuppressed([ada], "2026-03-02T09:00:00Z")).toBe(true);
  });

  it("is false for what came afterwards, and for everybody else", async () => {
    expect(await isSuppressed([ada], "2026-03-02T09:00:00.001Z")).toBe(false);
    expect(await isSuppressed([{ type: "email", value: "eve@example.org" }], "2025-01-01T00:00:00Z")).toBe(false);
    expect(await isSuppressed([{ type: "phone", value: "+49 30 1234567" }], "2025-01-01T00:00:00Z")).toBe(false);
  });

  it("leaves one entry for each look-up, by the pid and not the address", async () => {
    api.company.world.clock.advance("PT1S");
    const since = api.company.world.clock.now();
    await isSuppressed([ada], "2025-01-01T00:00:00Z");
    const { db } = api.company.world.deps;
    const ENTRIES = "select convert_from(entry, 'UTF8') as entry from audit_inbox where recorded_at >= $1";
    const entries = await db.query<{ entry: string }>("testLookups", ENTRIES, [since]);
    expect(entries.map(({ entry }) => JSON.parse(entry) as unknown)).toEqual([
      expect.objectContaining({ action: "erasure.is-suppressed", actor: "orders", outcome: "ok", subjects: [expect.any(String)] }),
    ]);
    expect(entries[0]?.entry.toLowerCase()).not.toContain("ada@");
  });

  it.each<[string, Record<string, unknown>]>([
    ["nobody", { identifiers: [] }],
    ["eleven", { identifiers: Array.from({ length: 11 }, (_, index) => ({ type: "email", value: `p${index}@example.org` })) }],
    ["an address with an invisible character", { identifiers: [{ type: "email", value: "a\u200bda@example.org" }] }],
    ["a type that is none", { identifiers: [{ type: "E-Mail", value: "ada@example.org" }] }],
    ["30 February", { identifiers: [ada], collectedAt: "2026-02-30T00:00:00Z" }],
    ["a scope with a NUL", { identifiers: [ada], scope: "service:\u0000" }],
  ])("refuses %s", async (_what, input) => {
    expect(await api.codes("orders", SUPPRESSED, { input: { collectedAt: "2025-01-01T00:00:00Z", ...input } })).toEqual(["BAD_USER_INPUT"]);
  });
});
