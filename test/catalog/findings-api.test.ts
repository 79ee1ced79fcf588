import { execute, parse } from "graphql";
import { permissionsOf } from "../../src/access";
import { buildGraphqlSchema } from "../../src/app/graphql-schema";
import { RequestContext } from "../../src/platform/graphql/request-context";
import { countStatements } from "../support/count-statements";
import { type CatalogWorld, catalogWorld } from "./catalog-world";

let world: CatalogWorld;
beforeAll(async () => {
  world = await catalogWorld();
  const document = JSON.stringify({
    services: [{ key: "crm", name: "CRM" }],
    entities: [{ key: "customer", name: "Customer" }, { key: "order", name: "Order" }],
    datasets: [
      { namespace: "pg", name: "customers", service: "crm", entities: ["customer"], fields: [{ name: "email" }, { name: "phone" }] },
      ...Array.from({ length: 30 }, (_, index) => ({ namespace: "kafka", name: `t${index}` })),
    ],
  });
  await world.ask("mutation ($input: ImportDescriptorsInput!) { importDescriptors(input: $input) { errors } }", {
    input: { source: "s", format: "CADASTRE", document, dryRun: false },
  });
});
afterAll(() => world.close());

const FINDINGS = `query ($kind: [String!], $state: FindingState, $first: Int, $after: String, $includeSilenced: Boolean, $subject: ID, $service: ID, $entity: ID) {
  ownershipFindings(kind: $kind, state: $state, first: $first, after: $after, includeSilenced: $includeSilenced, subject: $subject, service: $service, entity: $entity) {
    edges { node { id kind state subject message since resolvedAt acceptedBy acceptedReason acceptedUntil suggestion suggestedCategory silencedBy } }
    pageInfo { hasNextPage endCursor } } }`;
interface Listed {
  ownershipFindings: { edges: { node: Record<string, unknown> & { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}
const list = async (variables: Record<string, unknown> = {}) => (await world.ask<Listed>(FINDINGS, variables, "reader")).ownershipFindings;
const told = async (variables: Record<string, unknown>) => (await list(variables)).edges.map(({ node }) => `${node["kind"] as string} ${node["subject"] as string}`).sort();

test("a finding shows all that is known of it", async () => {
  const { edges } = await list({ kind: ["LOOKS_PERSONAL"], subject: "dataset:pg:customers#email" });
  expect(edges.map(({ node }) => node)).toEqual([
    {
      id: expect.any(String) as string, kind: "LOOKS_PERSONAL", state: "OPEN", subject: "dataset:pg:customers#email",
      message: "an unclassified field whose name or type looks personal", since: "2026-03-02T09:00:00.000Z", resolvedAt: null, acceptedBy: null,
      acceptedReason: null, acceptedUntil: null, suggestion: true, suggestedCategory: "user.contact.email", silencedBy: null,
    },
  ]);
});

test("findings of a service and of an entity are those of their datasets too", async () => {
  const held = ["LOOKS_PERSONAL dataset:pg:customers#email", "LOOKS_PERSONAL dataset:pg:customers#phone"];
  expect(await told({ service: "service:crm" })).toEqual([...held, "UNCLASSIFIED dataset:pg:customers"]);
  expect(await told({ entity: "customer" })).toEqual([...held, "NO_SYSTEM_OF_RECORD entity:customer", "UNCLASSIFIED dataset:pg:customers"]);
  expect(await told({ entity: "entity:order", kind: ["NO_SYSTEM_OF_RECORD"] })).toEqual(["NO_SYSTEM_OF_RECORD entity:order"]);
  expect(await told({ service: "nobody" })).toEqual([]);
});

test("pages hold every finding once, the newest first", async () => {
  world.clock.advance("PT1S");
  await world.mutate("registerEntity", { key: "late", name: "Late" }, "id");
  const ids: string[] = [];
  const sinces: string[] = [];
  let after: string | null = null;
  do {
    const page: Listed["ownershipFindings"] = await list({ first: 7, after });
    ids.push(...page.edges.map(({ node }) => node.id));
    sinces.push(...page.edges.map(({ node }) => node["since"] as string));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  expect(ids).toHaveLength(2 + 1 + 30 * 2 + 1 + 2);
  expect(new Set(ids).size).toBe(ids.length);
  expect(sinces).toEqual([...sinces].sort().reverse());
  expect(sinces[0]).toBe("2026-03-02T09:00:01.000Z");
});

test("a kind that there is not is refused with those that there are", async () => {
  await expect(list({ kind: ["NO_SERVICE", "NOISE"] })).rejects.toMatchObject({
    code: "BAD_USER_INPUT", message: expect.stringMatching(/^kind\[1\]: must be one of NO_SYSTEM_OF_RECORD, .*UNDECLARED_USE/) as string,
  });
});

test.each([{ first: 0 }, { first: 101 }, { after: "x" }, { subject: "\0" }, { service: "\0" }, { entity: "x".repeat(5000) }])("%j is refused", async (variables) => {
  await expect(list(variables)).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
});

test("a finding is accepted, silenced and listed through the API", async () => {
  const id = (await list({ subject: "entity:order" })).edges[0]!.node.id;
  const accepted = await world.mutate("decideFinding", { id, state: "ACCEPTED", reason: "soon", expiresAt: "2026-04-01T00:00:00Z" }, "id state acceptedBy acceptedUntil");
  expect(accepted.data).toEqual({ decideFinding: { id, state: "ACCEPTED", acceptedBy: "the editor", acceptedUntil: "2026-04-01T00:00:00.000Z" } });
  expect(await told({ state: "ACCEPTED" })).toEqual(["NO_SYSTEM_OF_RECORD entity:order"]);

  const { data } = await world.mutate("silenceFindings", { kind: "NO_SERVICE", subjectPattern: "dataset:kafka:*", reason: "topics" }, "id matches endedAt");
  const { id: silence } = (data as unknown as { silenceFindings: { id: string } }).silenceFindings;
  expect(data).toEqual({ silenceFindings: { id: silence, matches: 30, endedAt: null } });
  expect(await told({ kind: ["NO_SERVICE"] })).toEqual([]);
  expect((await list({ kind: ["NO_SERVICE"], includeSilenced: true, first: 100 })).edges.map(({ node }) => node["silencedBy"])).toEqual(Array(30).fill(silence));
  const silences = await world.ask("{ findingSilences(first: 10) { edges { node { id kind subjectPattern reason createdBy createdAt expiresAt endedBy matches } } } }", {}, "reader");
  expect(silences).toEqual({
    findingSilences: {
      edges: [
        {
          node: {
            id: silence, kind: "NO_SERVICE", subjectPattern: "dataset:kafka:*", reason: "topics", createdBy: "the editor", createdAt: "2026-03-02T09:00:01.000Z",
            expiresAt: null, endedBy: null, matches: 30,
          },
        },
      ],
    },
  });
  const ended = await world.ask("mutation ($id: ID!) { endFindingSilence(input: { id: $id }) { endedBy matches } }", { id: silence });
  expect(ended).toEqual({ endFindingSilence: { endedBy: "the editor", matches: 0 } });
  expect(await told({ kind: ["NO_SERVICE"], first: 100 })).toHaveLength(30);
});

test("classifying by pattern only tells what it would do, unless it is told to", async () => {
  const input = { fieldPattern: "*mail", categories: ["user.contact.email"] };
  const REPORT = { fields: 1, datasets: 1, changes: ["dataset:pg:customers#email: unclassified → user.contact.email"] };
  for (const dryRun of [undefined, true, false]) {
    expect((await world.mutate("classifyByPattern", { ...input, dryRun }, "fields datasets changes")).data).toEqual({ classifyByPattern: REPORT });
  }
  expect((await world.mutate("classifyByPattern", input, "fields")).data).toEqual({ classifyByPattern: { fields: 0 } });
});

test("lists take the same statements for a page of one and of thirty", async () => {
  for (const [query, expected] of [
    ["query ($size: Int!) { ownershipFindings(first: $size) { edges { node { id message } } } }", ["listFindings"]],
    ["query ($size: Int!) { findingSilences(first: $size) { edges { node { id matches } } } }", ["countSilenced", "listSilences"]],
  ] as const) {
    for (const size of [1, 30]) {
      const counted = countStatements(world.deps);
      const caller = { principal: "ada", permissions: permissionsOf(["reader"]) };
      const contextValue = new RequestContext(counted.deps, caller, "test");
      expect((await execute({ schema: buildGraphqlSchema(), document: parse(query), variableValues: { size }, contextValue })).errors).toBeUndefined();
      expect(counted.statements.sort()).toEqual(expected);
    }
  }
});
