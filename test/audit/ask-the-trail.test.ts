import { createToken } from "../../src/access";
import { recordAccessEvents } from "../../src/audit/use-cases/record-access";
import { setup, type World } from "../support/setup";
import { startServer, type TestServer } from "../support/server";
import { accessOf } from "./support/access-world";

let world: World;
let server: TestServer;
let auditor: string;
beforeAll(async () => {
  world = await setup();
  server = await startServer(world);
  auditor = (await createToken(world.deps, { principal: "arthur", roles: ["auditor"], actor: "test" })).token;
  const dataset = "dataset:postgres%3A%2F%2Fshop%3A5432:orders";
  await recordAccessEvents(world.deps, [
    { reporter: "service:crm", event: accessOf("1", { dataset, purpose: "", basis: "" }) },
    { reporter: "service:crm", event: accessOf("2", { dataset, purpose: "support", basis: "contract" }) },
  ]);
});
afterAll(async () => {
  await server?.close();
  await world?.close();
});

const ask = async (filter: object) => {
  const { data, errors } = await server.graphql<{ auditEntries: { edges: { node: { purpose: string } }[] } }>(
    "query ($filter: AuditFilter) { auditEntries(filter: $filter) { edges { node { purpose } } } }", { filter }, auditor,
  );
  return errors?.[0]?.extensions.code ?? data.auditEntries.edges.map(({ node }) => node.purpose);
};

test("a dataset is found by any spelling of its id", async () => {
  expect(await ask({ dataset: "dataset:postgresql%3a%2f%2fSHOP%3a5432:orders" })).toEqual(["support", ""]);
});

test("accesses without a purpose, and without a basis, can be listed", async () => {
  expect(await ask({ purpose: "" })).toEqual([""]);
  expect(await ask({ basis: "" })).toEqual([""]);
  const of = (member: string) => fetch(`${server.url}/audit/export?format=csv&from=2020-01-01T00:00:00Z&to=2030-01-01T00:00:00Z&${member}=`, { headers: { authorization: `Bearer ${auditor}` } });
  expect((await (await of("purpose")).text()).trim().split("\r\n")).toHaveLength(2);
  expect((await of("actor")).status).toBe(400);
});

test.each([
  ["what is no dataset", { dataset: "orders" }],
  ["an outcome that there is not", { outcome: "DENIED" }],
  ["a period that is none", { from: "2026-03-02T00:00:00Z", to: "2026-03-01T00:00:00Z" }],
])("a question about %s is refused, not answered by nothing", async (_, filter) => {
  expect(await ask(filter)).toBe("BAD_USER_INPUT");
});
