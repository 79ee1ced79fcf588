import { datasetUrn, proofs } from "../../src/catalog";
import { findDatasetIds } from "../../src/catalog/storage/plan-queries";
import { createRecordCoverageJob } from "../../src/catalog/jobs/record-coverage-job";
import type { ProofKind } from "../../src/catalog/model";
import { attestAnonymous } from "../../src/catalog/use-cases/attest-anonymous";
import { confirmAttestation } from "../../src/catalog/use-cases/confirm-attestation";
import { catalogWorld, type CatalogWorld } from "./catalog-world";

let world: CatalogWorld;
const NONE = { total: 0, inScope: 0, g0: 0, g1: 0, g2: 0, g3: 0, g4: 0 };
const COVERAGE = "total inScope g0 g1 g2 g3 g4";

const did = async (name: string, input: Record<string, unknown>, selection = "id"): Promise<void> => {
  const { errors } = await world.mutate(name, input, selection);
  expect(errors).toBeUndefined();
};
const dataset = (name: string, service: string | null, categories: string[] | null) =>
  did("registerDataset", { namespace: "pg", name, service, fields: [{ name: "f", categories }] });
const prove = async (name: string, ...kinds: ProofKind[]): Promise<void> => {
  const [id] = [...(await findDatasetIds(world.deps.db, [{ namespace: "pg", name }])).values()];
  await world.deps.transaction((tx) => proofs.record(tx, kinds.map((kind) => ({ datasetId: id!, kind, at: tx.now }))));
};
const coverage = async (service?: string): Promise<unknown> =>
  (await world.ask<{ erasureCoverage: unknown }>(`query ($service: ID) { erasureCoverage(service: $service) { ${COVERAGE} } }`, { service }, "reader")).erasureCoverage;
const history = async (variables: Record<string, unknown> = {}): Promise<{ day: string; coverage: { inScope: number; g3: number } }[]> =>
  (await world.ask<{ erasureCoverageHistory: [] }>(
    `query ($service: ID, $from: DateTime, $to: DateTime) { erasureCoverageHistory(service: $service, from: $from, to: $to) { day coverage { inScope g3 } } }`, variables, "reader",
  )).erasureCoverageHistory;

beforeAll(async () => {
  world = await catalogWorld();
});
afterAll(() => world.close());

test("nothing is covered where nothing is known", async () => {
  expect(await coverage()).toEqual(NONE);
});

test("counts what is personal, unclassified or without a service, by the grade of its proofs", async () => {
  for (const key of ["crm", "shop", "idle"]) await did("registerService", { key, name: key });
  await dataset("personal", "crm", ["user.name"]);
  await dataset("unknown", "crm", null);
  await dataset("harmless", "crm", []);
  await dataset("nobody's", null, []);
  await dataset("verified", "shop", ["user"]);
  await dataset("told", "shop", ["user"]);
  await dataset("probed", "shop", ["user"]);
  await prove("personal", "RECEIPT", "VERIFY", "LIVE");
  await prove("verified", "RECEIPT", "VERIFY");
  await prove("told", "RECEIPT");
  await prove("probed", "PROBE");
  await prove("harmless", "PROBE");
  expect(await coverage()).toEqual({ total: 7, inScope: 6, g0: 2, g1: 1, g2: 1, g3: 1, g4: 1 });
  expect(await coverage("service:crm")).toEqual({ total: 3, inScope: 2, g0: 1, g1: 0, g2: 0, g3: 1, g4: 0 });
  expect(await coverage("idle")).toEqual(NONE);
  await expect(coverage("service:nobody")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a dataset that is attested anonymous leaves the scope if a service hosts it", async () => {
  const { deps } = world;
  const attest = async (name: string): Promise<void> => {
    const id = datasetUrn({ namespace: "pg", name });
    const expiresAt = new Date(deps.clock.now().getTime() + 1000);
    await attestAnonymous(deps, { actor: "ada", speaksFor: undefined, dataset: id, method: "aggregation", expiresAt });
    await confirmAttestation(deps, { actor: "bob", id });
  };
  const { inScope } = (await coverage()) as { inScope: number };
  await attest("nobody's");
  expect(await coverage()).toMatchObject({ inScope });
  await attest("unknown");
  expect(await coverage()).toMatchObject({ inScope: inScope - 1 });
  world.clock.advance("PT1S");
  expect(await coverage()).toMatchObject({ inScope });
});

test("is told by service, beginning with what none hosts", async () => {
  const page = async (first: number, after: string | null) =>
    (await world.ask<{ erasureCoverageByService: { edges: { node: unknown }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }>(
      `query ($first: Int, $after: String) { erasureCoverageByService(first: $first, after: $after) { edges { node { service { id } coverage { ${COVERAGE} } } } pageInfo { hasNextPage endCursor } } }`,
      { first, after }, "reader",
    )).erasureCoverageByService;
  const expected = [
    { service: null, coverage: { ...NONE, total: 1, inScope: 1, g0: 1 } },
    { service: { id: "service:crm" }, coverage: { ...NONE, total: 3, inScope: 2, g0: 1, g3: 1 } },
    { service: { id: "service:shop" }, coverage: { ...NONE, total: 3, inScope: 3, g1: 1, g2: 1, g4: 1 } },
  ];
  expect((await page(50, null)).edges.map(({ node }) => node)).toEqual(expected);
  const first = await page(1, null);
  expect(first.edges[0]!.node).toEqual(expected[0]);
  const second = await page(1, first.pageInfo.endCursor);
  expect(second.edges[0]!.node).toEqual(expected[1]);
  expect((await page(1, second.pageInfo.endCursor)).pageInfo.hasNextPage).toBe(false);
  await expect(page(0, null)).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
});

test("a dataset that is no longer declared still counts, one that moves loses its proofs", async () => {
  const document = (datasets: object[]): object => ({ source: "s", format: "CADASTRE", document: JSON.stringify({ datasets }), dryRun: false });
  await did("importDescriptors", { ...document([{ namespace: "pg", name: "dropped", service: "idle" }]) }, "errors");
  await did("importDescriptors", { ...document([]) }, "errors");
  expect(await coverage("service:idle")).toEqual({ ...NONE, total: 1, inScope: 1, g0: 1 });
  await dataset("probed", "idle", ["user"]);
  expect(await coverage("service:idle")).toEqual({ ...NONE, total: 2, inScope: 2, g0: 2 });
});

test("the last look of a day stands, and looks are some minutes apart", async () => {
  const job = createRecordCoverageJob(world.deps);
  await job.runOnce();
  expect(await history()).toEqual([{ day: "2026-03-02", coverage: { inScope: 7, g3: 1 } }]);
  await prove("told", "LIVE");
  world.clock.advance("PT4M");
  await job.runOnce();
  expect((await history())[0]!.coverage.g3).toBe(1);
  world.clock.advance("PT1M");
  await job.runOnce();
  expect((await history())[0]!.coverage.g3).toBe(2);

  world.clock.set("2026-03-02T23:59:00Z");
  await job.runOnce();
  world.clock.set("2026-03-03T00:00:00Z");
  await job.runOnce();
  expect((await history()).map(({ day }) => day)).toEqual(["2026-03-02", "2026-03-03"]);
  expect(await history({ service: "service:shop", from: "2026-03-03T00:00:00Z", to: "2026-03-03T00:00:00Z" })).toEqual([{ day: "2026-03-03", coverage: { inScope: 2, g3: 1 } }]);
  expect(await history({ from: "2026-02-01T00:00:00Z", to: "2026-02-28T00:00:00Z" })).toEqual([]);

  // A proof of liveness is worth thirty days.
  world.clock.set("2026-04-15T12:00:00Z");
  await job.runOnce();
  expect((await history()).map(({ coverage: { g3 } }) => g3)).toEqual([2, 2, 0]);
  expect(await coverage("service:crm")).toMatchObject({ g2: 1, g3: 0 });
});
