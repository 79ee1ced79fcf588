import { createReportUndeclaredUsesJob } from "../../src/lineage/jobs/report-undeclared-uses-job";
import { flowWorld, type FlowWorld, idOf } from "./flow-world";

let world: FlowWorld;
let job: { runOnce(): Promise<boolean> };
const findings = async (state?: string): Promise<string[]> =>
  (await world.ask<{ ownershipFindings: { edges: { node: { subject: string } }[] } }>(
    "query ($state: FindingState) { ownershipFindings(kind: [\"UNDECLARED_USE\"], state: $state, first: 100) { edges { node { subject message } } } }", { state }, "reader",
  )).ownershipFindings.edges.map(({ node }) => node.subject).sort();
const flows = async (variables: object = {}) => {
  const { undeclaredFlows } = await world.ask<{ undeclaredFlows: { edges: { node: { from: string; to: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }>(
    "query ($service: ID, $first: Int, $after: String) { undeclaredFlows(service: $service, first: $first, after: $after) { edges { node { from to } } pageInfo { hasNextPage endCursor } } }", { ...variables }, "reader",
  );
  return { ...undeclaredFlows.pageInfo, flows: undeclaredFlows.edges.map(({ node }) => `${node.from} > ${node.to}`.replaceAll(idOf(""), "")) };
};
const assign = (service: string, role: string, entity = "customer", more: object = {}) => world.did("assignOwnership", { entity, service, role, validFrom: "2026-01-01T00:00:00Z", ...more });
/** Time passes, so that a job that rests after its last run runs. */
const run = async (): Promise<string[]> => {
  world.clock.advance("PT1S");
  await job.runOnce();
  return findings();
};

beforeEach(async () => {
  world = await flowWorld();
  job = createReportUndeclaredUsesJob(world.deps);
  for (const key of ["crm", "bi", "etl"]) await world.did("registerService", { key, name: key });
  await world.did("registerEntity", { key: "customer", name: "Customer" });
  await world.dataset("people", { service: "crm", entities: ["customer"] });
  await world.dataset("figures", { service: "bi" });
  await assign("crm", "SYSTEM_OF_RECORD");
});
afterEach(() => world.close());

test("a service that receives what embodies an entity needs a role towards it", async () => {
  const flow = await world.shown("people", "figures");
  expect((await flows()).flows).toEqual(["people > figures"]);
  expect(await run()).toEqual(["service:bi#entity:customer"]);
  await assign("bi", "READER");
  expect((await flows()).flows).toEqual([]);
  expect(await run()).toEqual([]);
  expect(await findings("RESOLVED")).toEqual(["service:bi#entity:customer"]);
  await world.did("endOwnership", { id: (await world.deps.db.query<{ id: string }>("testRole", "select id from ownership_assignments where service_key = 'bi' and recorded_to is null"))[0]!.id, validTo: world.clock.now().toISOString() });
  expect(await run()).toEqual(["service:bi#entity:customer"]);
  await world.end(flow, "2026-02-01");
  expect(await run()).toEqual([]);
});

test("a service whose dataset is written and embodies an entity needs a writing role towards it", async () => {
  await world.did("registerEntity", { key: "figure", name: "Figure" });
  await world.dataset("charts", { service: "bi", entities: ["figure"] });
  await world.dataset("raw", {});
  await world.shown("raw", "charts");
  expect(await run()).toEqual(["service:bi#entity:figure"]);
  await assign("bi", "READER", "figure");
  expect((await flows({ service: "service:bi" })).flows).toEqual(["raw > charts"]);
  await assign("bi", "REPLICA", "figure");
  expect(await run()).toEqual([]);
});

test("says which flow shows it, and how many more there are, in the row of the entity of the matrix", async () => {
  await world.dataset("more-figures", { service: "bi" });
  await world.shown("people", "figures");
  await world.shown("people", "more-figures");
  await run();
  const { ownershipMatrix } = await world.ask<{ ownershipMatrix: { rows: { findings: { kind: string; message: string }[] }[] } }>("{ ownershipMatrix { rows { findings { kind message } } } }", {}, "reader");
  expect(ownershipMatrix.rows[0]!.findings).toContainEqual({
    kind: "UNDECLARED_USE", message: `holds no role for what lineage shows: ${idOf("people")} to ${idOf("figures")} and 1 more flows`,
  });
});

test("what was declared, has ended or never held shows nothing", async () => {
  await world.shown("people", "figures", { provenance: "DECLARED" });
  await world.shown("people", "figures", { until: "2026-02-01" });
  await world.shown("people", "figures", { since: "2027-01-01", until: "2027-01-01" });
  expect((await flows()).flows).toEqual([]);
});

test("sees through a job with very many inputs and outputs", async () => {
  const wide = await world.job("wide");
  await world.shown("people", wide, { job: wide, passages: 2 });
  expect((await flows()).flows).toEqual([]);
  await world.shown(wide, "figures", { job: wide, passages: 1 });
  expect((await flows()).flows).toEqual(["people > job:jobs:wide"]);
});

test("who owns the job needs a role to read, and another than reader to write", async () => {
  await world.dataset("raw");
  const copying = await world.job("copying");
  await world.deps.db.query(
    "testOwnership", "insert into kept_facets (node_id, kind, name, facet, event_at) values ($1, 'JOB', 'ownership', $2, $3)",
    [copying, JSON.stringify({ owners: [{ name: "service:etl", type: "MAINTAINER" }, { name: "bi" }, { name: "team-a" }] }), world.clock.now()],
  );
  await world.shown("people", "raw", { job: copying });
  expect(await run()).toEqual(["service:bi#entity:customer", "service:etl#entity:customer"]);
  expect((await flows({ service: "service:etl" })).flows).toEqual(["people > raw"]);
  await assign("bi", "READER");
  await assign("etl", "READER");
  expect(await run()).toEqual([]);
  await world.shown("raw", "people", { job: copying });
  expect(await run()).toEqual(["service:bi#entity:customer", "service:etl#entity:customer"]);
  await assign("etl", "WRITER");
  expect(await run()).toEqual(["service:bi#entity:customer"]);
});

test("a dataset under another name is what that name stands for", async () => {
  await world.dataset("alias");
  await world.dataset("figures-alias");
  await world.shown("alias", "figures-alias");
  expect((await flows()).flows).toEqual([]);
  await world.merge("alias", "people");
  await world.merge("figures-alias", "figures");
  expect((await flows()).flows).toEqual(["people > figures"]);
});

test("are told page by page, of one service or of all", async () => {
  for (const name of ["one", "two"]) {
    await world.dataset(name, { service: "bi" });
    await world.shown("people", name);
  }
  await world.dataset("three", { service: "etl" });
  await world.shown("people", "three");
  const first = await flows({ first: 2 });
  expect(first).toMatchObject({ flows: ["people > one", "people > two"], hasNextPage: true });
  expect(await flows({ first: 2, after: first.endCursor })).toMatchObject({ flows: ["people > three"], hasNextPage: false });
  expect((await flows({ service: "service:etl" })).flows).toEqual(["people > three"]);
  await expect(flows({ service: "service:nobody" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(flows({ after: "nonsense" })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  await expect(flows({ after: Buffer.from('["x"]').toString("base64url") })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
});

test("the job looks again when something has changed, and once a minute", async () => {
  await findings();
  await world.shown("people", "figures");
  expect(await run()).toHaveLength(1);
  await world.deps.db.query("testResolve", "update findings set resolved_at = since where kind = 'UNDECLARED_USE'");
  expect(await run()).toHaveLength(0);
  world.clock.advance("PT1M");
  expect(await run()).toHaveLength(1);
  await world.deps.db.query("testResolve", "update findings set resolved_at = since where kind = 'UNDECLARED_USE'");
  await world.shown("people", "figures", { since: "2026-02-01", provenance: "EXPLICIT" });
  expect(await run()).toHaveLength(1);
});
