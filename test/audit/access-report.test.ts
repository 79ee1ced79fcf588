import { createToken } from "../../src/access";
import { recordAccessEvents } from "../../src/audit/use-cases/record-access";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { type AccessWorld, accessOf, accessWorld } from "./support/access-world";

let world: AccessWorld;
let auditor: string;
beforeAll(async () => {
  world = await accessWorld();
  auditor = (await createToken(world.deps, { principal: "auditor", roles: ["auditor"], actor: "test" })).token;
  for (const key of ["crm", "shop", "quiet"]) await registerService(world.deps, { actor: "ada", key, name: key });
  await registerDataset(world.deps, { actor: "ada", namespace: "postgres://crm", name: "people", service: "crm" });
  const day = (n: number, hour = 8): Date => new Date(Date.UTC(2026, 1, n, hour));
  const event = (id: string, more: Parameters<typeof accessOf>[1]) => ({ reporter: "service:crm", event: accessOf(id, { identifier: ADA, ...more }) });
  await recordAccessEvents(world.deps, [
    event("1", { at: day(1), fields: ["email"] }),
    event("2", { at: day(3), fields: ["name", "email"] }),
    event("3", { at: day(2), allowed: false }),
    event("4", { at: day(4), purpose: "", basis: "" }),
    event("5", { at: day(5), identifier: { type: "email", value: "bob@example.org" } }),
    { reporter: "importer", event: accessOf("6", { identifier: ADA, at: day(2), actor: "robot", dataset: "dataset:kafka:orders" }) },
    event("7", { at: day(1, 0), identifier: ADA, purpose: "before" }),
  ]);
});
afterAll(() => world?.close());

const ADA = { type: "email", value: "ada@example.org" };
const REPORT = `query ($input: AccessReportInput!, $first: Int, $after: String) {
  accessReport(input: $input, first: $first, after: $after) {
    from to totals { allowed denied withoutPurpose withoutBasis actors datasets }
    accesses { edges { node { actor dataset fields purpose basis outcome count firstAt lastAt } } pageInfo { hasNextPage endCursor } }
    reporting { edges { node { reporter silent allowed } } }
  }
}`;
const PERIOD = { from: "2026-02-01T08:00:00Z", to: "2026-02-04T09:00:00Z" };

interface Report {
  totals: Record<string, number>;
  accesses: { edges: { node: Record<string, unknown> }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
  reporting: { edges: { node: Record<string, unknown> }[] };
}
async function report(more: object = {}, page: object = {}): Promise<Report> {
  const { data, errors } = await world.server.graphql<{ accessReport: Report }>(REPORT, { input: { identifiers: [ADA], ...PERIOD, ...more }, ...page }, auditor);
  if (errors !== undefined) throw Object.assign(new Error(errors[0]!.message), errors[0]!.extensions);
  return data.accessReport;
}

describe("the report of who accessed a person's data", () => {
  test("sums up by actor, dataset, purpose, basis and outcome, the last access first; what was denied is in it", async () => {
    const { accesses, totals } = await report();
    const crm = { actor: "clerk-7", dataset: "dataset:postgres%3A%2F%2Fcrm:people", purpose: "support", basis: "contract", fields: [] };
    const at = (day: number) => `2026-02-0${day}T08:00:00.000Z`;
    expect(accesses.edges.map(({ node }) => node)).toEqual([
      { ...crm, purpose: "", basis: "", outcome: "ok", count: 1, firstAt: at(4), lastAt: at(4) },
      { ...crm, fields: ["email", "name"], outcome: "ok", count: 2, firstAt: at(1), lastAt: at(3) },
      ...[
        { ...crm, outcome: "denied", count: 1, firstAt: at(2), lastAt: at(2) },
        { ...crm, actor: "robot", dataset: "dataset:kafka:orders", outcome: "ok", count: 1, firstAt: at(2), lastAt: at(2) },
      ].map(() => expect.objectContaining({ count: 1, firstAt: at(2), lastAt: at(2) }) as object),
    ]);
    expect(accesses.edges.map(({ node }) => `${String(node.actor)} ${String(node.outcome)}`).sort()).toEqual(["clerk-7 denied", "clerk-7 ok", "clerk-7 ok", "robot ok"]);
    expect(totals).toEqual({ allowed: 4, denied: 1, withoutPurpose: 1, withoutBasis: 1, actors: 2, datasets: 2 });
  });

  test("comes in pages that leave out nothing and repeat nothing", async () => {
    const all = (await report()).accesses.edges.map(({ node }) => node);
    const paged: unknown[] = [];
    for (let after: string | null = null; ; ) {
      const { accesses } = await report({}, { first: 1, after });
      paged.push(...accesses.edges.map(({ node }) => node));
      after = accesses.pageInfo.endCursor;
      if (!accesses.pageInfo.hasNextPage) break;
    }
    expect(paged).toEqual(all);
  });

  test("says who reported in the period at all, and which services never did", async () => {
    const { reporting } = await report();
    expect(reporting.edges.map(({ node }) => node)).toEqual([
      { reporter: "importer", silent: false, allowed: 1 },
      { reporter: "service:crm", silent: false, allowed: 4 },
      { reporter: "service:quiet", silent: true, allowed: 0 },
      { reporter: "service:shop", silent: true, allowed: 0 },
    ]);
  });

  test("of somebody unknown is empty, and no proof of anything", async () => {
    const { accesses, totals, reporting } = await report({ identifiers: [{ type: "email", value: "nobody@example.org" }] });
    expect([accesses.edges, totals.allowed, reporting.edges.length]).toEqual([[], 0, 4]);
  });

  test("is an entry about the person", async () => {
    world.clock.advance("PT1S");
    await report();
    const { data } = await world.server.graphql<{ auditEntries: { edges: { node: { actor: string } }[] } }>(
      "query ($filter: AuditFilter) { auditEntries(filter: $filter) { edges { node { actor } } } }",
      { filter: { identifier: ADA, action: "audit.access-report", from: world.clock.now().toISOString() } },
      auditor,
    );
    expect(data.auditEntries.edges).toEqual([{ node: { actor: "auditor" } }]);
  });

  test.each<[string, object, object]>([
    ["a period that ends before it begins", { from: PERIOD.to, to: PERIOD.from }, {}],
    ["no identifier", { identifiers: [] }, {}],
    ["an identifier without a value", { identifiers: [{ type: "email", value: " " }] }, {}],
    ["a page of a thousand", {}, { first: 1000 }],
    ["a cursor that is none", {}, { after: "x" }],
  ])("refuses %s", async (_what, more, page) => {
    await expect(report(more, page)).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });
});

describe("reporting coverage", () => {
  const COVERAGE = `query ($from: DateTime!, $to: DateTime!, $first: Int, $after: String) { reportingCoverage(from: $from, to: $to, first: $first, after: $after) {
    edges { node { reporter service { id } datasets allowed denied withoutPurpose lastAt silent } } pageInfo { hasNextPage endCursor } } }`;
  interface Coverage {
    edges: { node: { reporter: string; silent: boolean } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  }
  const coverage = async (from: string, to: string, page: object = {}): Promise<Coverage> =>
    (await world.server.graphql<{ reportingCoverage: Coverage }>(COVERAGE, { from, to, ...page }, auditor)).data.reportingCoverage;

  test("tells of each service how many datasets it hosts, what it reported, and when last", async () => {
    const { edges } = await coverage("2026-02-01T00:00:00Z", "2026-02-05T00:00:00Z");
    expect(edges.map(({ node }) => node)).toEqual([
      { reporter: "importer", service: null, datasets: 0, allowed: 1, denied: 0, withoutPurpose: 0, lastAt: "2026-02-02T08:00:00.000Z", silent: false },
      { reporter: "service:crm", service: { id: "service:crm" }, datasets: 1, allowed: 4, denied: 1, withoutPurpose: 1, lastAt: "2026-02-04T08:00:00.000Z", silent: false },
      expect.objectContaining({ reporter: "service:quiet", datasets: 0, lastAt: null, silent: true }),
      expect.objectContaining({ reporter: "service:shop", silent: true }),
    ]);
  });

  test("counts the days that the period touches, and no others", async () => {
    const silent = async (from: string, to: string) => (await coverage(from, to)).edges.find(({ node }) => node.reporter === "service:crm")!.node.silent;
    expect(await silent("2026-02-05T23:00:00Z", "2026-02-06T00:00:00Z")).toBe(false);
    expect(await silent("2026-02-06T00:00:00Z", "2026-02-07T00:00:00Z")).toBe(true);
    expect(await silent("2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z")).toBe(true);
  });

  test("comes in pages", async () => {
    const reporters: string[] = [];
    for (let after: string | null = null; ; ) {
      const { edges, pageInfo } = await coverage("2026-02-01T00:00:00Z", "2026-02-05T00:00:00Z", { first: 1, after });
      reporters.push(...edges.map(({ node }) => node.reporter));
      after = pageInfo.endCursor;
      if (!pageInfo.hasNextPage) break;
    }
    expect(reporters).toEqual(["importer", "service:crm", "service:quiet", "service:shop"]);
  });
});
