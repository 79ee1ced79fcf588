import "reflect-metadata";
import { graphql, type GraphQLSchema } from "graphql";
import { appendAuditEntry, recordDenied } from "../../src/audit";
import { AuditResolver } from "../../src/audit/graphql/audit-resolver";
import { buildGuardedSchema } from "../../src/platform/graphql/build-schema";
import { RequestContext } from "../../src/platform/graphql/request-context";
import { sealSubject } from "../../src/subjects";
import { setup, type World } from "../support/setup";

let world: World;
let schema: GraphQLSchema;
beforeAll(async () => {
  world = await setup();
  schema = buildGuardedSchema([AuditResolver], recordDenied);
});
afterAll(() => world.close());

const AUDITOR = { principal: "auditor", permissions: new Set(["audit:audit-entries", "audit:audit-entry"]) };
const ENTRIES = `query ($filter: AuditFilter, $newestFirst: Boolean, $first: Int, $after: String) {
  auditEntries(filter: $filter, newestFirst: $newestFirst, first: $first, after: $after) {
    edges { cursor node { id leafIndex at action actor object outcome purpose basis } } pageInfo { hasNextPage endCursor }
  }
}`;

interface Node {
  id: string;
  object: string | null;
}

async function ask(source: string, variableValues: Record<string, unknown>, caller = AUDITOR) {
  const { data, errors } = await graphql({ schema, source, variableValues, contextValue: new RequestContext(world.deps, caller, "test") });
  const codes = errors?.map((error) => (error.originalError as { code?: string } | undefined)?.code ?? error.message);
  return { data: JSON.parse(JSON.stringify(data ?? null)) as Record<string, unknown> | null, codes };
}
async function entries(variables: Record<string, unknown>): Promise<Node[]> {
  const { data, codes } = await ask(ENTRIES, variables);
  expect(codes).toBeUndefined();
  return (data!.auditEntries as { edges: { node: Node }[] }).edges.map(({ node }) => node);
}

describe("the API of the audit trail", () => {
  test("shows an entry, in the list and by its id", async () => {
    await world.deps.transaction((tx) => appendAuditEntry(tx, { action: "catalog.register-service", actor: "ada", object: "service:shop", purpose: "setup" }));
    const [entry] = await entries({ filter: { object: "service:shop" } });
    expect(entry).toEqual({
      id: expect.any(String) as string,
      leafIndex: null,
      at: "2026-03-02T09:00:00.000Z",
      action: "catalog.register-service",
      actor: "ada",
      object: "service:shop",
      outcome: "ok",
      purpose: "setup",
      basis: null,
    });
    const one = await ask("query ($id: ID!) { auditEntry(id: $id) { id action } }", { id: entry!.id });
    expect(one.data).toEqual({ auditEntry: { id: entry!.id, action: "catalog.register-service" } });
  });

  test("takes every member of the filter, and null for any of them", async () => {
    const { pid } = await world.deps.transaction((tx) => sealSubject(tx, [{ type: "email", value: "ada@example.org" }]));
    const dataset = "dataset:postgres%3A%2F%2Fcrm:people";
    await world.deps.transaction((tx) =>
      appendAuditEntry(tx, { action: "access.data", actor: "crm", object: dataset, fields: ["email"], purpose: "support", basis: "contract", subjects: [pid] }),
    );
    const filter = {
      actor: "crm", action: "access.data", object: dataset, dataset, field: "email", identifier: { type: "email", value: "Ada@example.org" },
      purpose: "support", basis: "contract", outcome: "ok", from: "2026-03-02T09:00:00Z", to: "2026-03-02T09:00:00.001Z",
    };
    expect(await entries({ filter })).toHaveLength(1);
    for (const member of Object.keys(filter)) expect(await entries({ filter: { ...filter, [member]: null } })).not.toHaveLength(0);
    const others = { dataset: "dataset:another:one", outcome: "denied" };
    for (const member of ["actor", "action", "object", "dataset", "field", "purpose", "basis", "outcome"]) {
      expect(await entries({ filter: { ...filter, [member]: "another", ...(member in others && { [member]: others[member as keyof typeof others] }) } })).toEqual([]);
    }
    expect(await entries({ filter: null, newestFirst: false, first: 1 })).toHaveLength(1);
  });

  test.each<[string, Record<string, unknown>]>([
    ["a page of a thousand", { first: 1000 }],
    ["a cursor that is none", { after: "x" }],
    ["an actor with a control character", { filter: { actor: "a\u0000" } }],
    ["an object that is half of a surrogate pair", { filter: { object: "\ud800" } }],
    ["an identifier without a value", { filter: { identifier: { type: "email", value: " " } } }],
    ["an action of ten thousand characters", { filter: { action: "x".repeat(10_000) } }],
  ])("refuses %s", async (_what, variables) => {
    expect((await ask(ENTRIES, variables)).codes).toEqual(["BAD_USER_INPUT"]);
  });

  test("is closed to those who may not read it; the attempt is recorded", async () => {
    const eve = { principal: "eve", permissions: new Set<string>() };
    expect((await ask(ENTRIES, {}, eve)).codes).toEqual(["FORBIDDEN"]);
    expect((await ask('{ auditEntry(id: "x") { id } }', {}, eve)).codes).toEqual(["FORBIDDEN"]);
    const denied = await entries({ filter: { actor: "eve", outcome: "denied" } });
    expect(denied).toHaveLength(2);
  });
});
