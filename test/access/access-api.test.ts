import "reflect-metadata";
import { graphql, type GraphQLSchema } from "graphql";
import { authenticate, createToken } from "../../src/access";
import { AccessResolver } from "../../src/access/graphql/access-resolver";
import { recordDenied } from "../../src/audit";
import { buildGuardedSchema } from "../../src/platform/graphql/build-schema";
import { RequestContext } from "../../src/platform/graphql/request-context";
import { setup, type World } from "../support/setup";

let world: World;
let schema: GraphQLSchema;
let admin: string;
beforeAll(async () => {
  world = await setup();
  schema = buildGuardedSchema([AccessResolver], recordDenied);
  admin = (await createToken(world.deps, { actor: "test", principal: "root", roles: ["admin"] })).token;
});
afterAll(() => world.close());

async function ask(source: string, variableValues: Record<string, unknown> = {}, token = admin) {
  const caller = await authenticate(world.deps, `Bearer ${token}`);
  const { data, errors } = await graphql({ schema, source, variableValues, contextValue: new RequestContext(world.deps, caller, "test") });
  const codes = errors?.map((error) => (error.originalError as { code?: string } | undefined)?.code ?? error.message);
  return { data: JSON.parse(JSON.stringify(data ?? null)) as Record<string, Record<string, unknown>> | null, codes };
}

const CREATE = "mutation ($input: CreateTokenInput!) { createToken(input: $input) { id token principal roles service createdAt expiresAt revokedAt lastUsedAt } }";
const REVOKE = "mutation ($input: ConfirmInput!) { revokeToken(input: $input) { id revokedAt } }";
const LIST = "query ($first: Int, $after: String) { tokens(first: $first, after: $after) { edges { cursor node { id principal service } } pageInfo { hasNextPage endCursor } } }";

describe("the API of tokens", () => {
  test("makes a token that works, shows it in the list without its secret, and revokes it", async () => {
    world.clock.advance("PT1S");
    const { data } = await ask(CREATE, { input: { principal: "orders", roles: ["service"], service: "orders", expiresIn: "P30D" } });
    const { token, ...rest } = data!.createToken!;
    expect(rest).toEqual({
      id: expect.any(String) as string,
      principal: "orders",
      roles: ["service"],
      service: "orders",
      createdAt: "2026-03-02T09:00:01.000Z",
      expiresAt: "2026-04-01T09:00:01.000Z",
      revokedAt: null,
      lastUsedAt: null,
    });
    expect((await authenticate(world.deps, `Bearer ${token as string}`)).service).toBe("orders");

    const listed = (await ask(LIST, { first: 1 })).data!.tokens as { edges: { cursor: string; node: object }[]; pageInfo: object };
    expect(listed.edges.map(({ node }) => node)).toEqual([{ id: rest.id, principal: "orders", service: "orders" }]);
    expect(listed.pageInfo).toEqual({ hasNextPage: true, endCursor: listed.edges[0]!.cursor });

    const revoked = await ask(REVOKE, { input: { id: rest.id } });
    expect(revoked.data!.revokeToken).toEqual({ id: rest.id, revokedAt: "2026-03-02T09:00:01.000Z" });
    await expect(authenticate(world.deps, `Bearer ${token as string}`)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  test("names the caller in the audit log", async () => {
    const { data } = await ask(CREATE, { input: { principal: "ada", roles: ["reader"] } });
    const rows = await world.deps.db.query("testApiEntries", "select actor, action from audit_entry_facts where object = $1", [data!.createToken!.id]);
    expect(rows).toEqual([{ actor: "root", action: "access.create-token" }]);
  });

  test.each<[string, string, Record<string, unknown>, string]>([
    ["a token of an unknown role", CREATE, { input: { principal: "ada", roles: ["root"] } }, "BAD_USER_INPUT"],
    ["a token for nobody", CREATE, { input: { principal: "", roles: ["reader"] } }, "BAD_USER_INPUT"],
    ["a principal with a control character", CREATE, { input: { principal: "a\u0007", roles: ["reader"] } }, "BAD_USER_INPUT"],
    ["a hundred roles", CREATE, { input: { principal: "ada", roles: Array.from({ length: 100 }, () => "reader") } }, "BAD_USER_INPUT"],
    ["a revocation of what is not there", REVOKE, { input: { id: "nothing" } }, "NOT_FOUND"],
    ["a page of a thousand", LIST, { first: 1000 }, "BAD_USER_INPUT"],
    ["a page after no cursor", LIST, { after: "x" }, "BAD_USER_INPUT"],
  ])("refuses %s", async (_what, source, variables, code) => {
    expect((await ask(source, variables)).codes).toEqual([code]);
  });

  test("is closed to everybody but admins; the attempt is recorded", async () => {
    const { token } = await createToken(world.deps, { actor: "test", principal: "eve", roles: ["editor", "privacy-officer", "auditor", "approver"] });
    for (const [source, variables] of [[CREATE, { input: { principal: "eve", roles: ["admin"] } }], [REVOKE, { input: { id: "x" } }], [LIST, {}]] as const) {
      expect((await ask(source, variables, token)).codes).toEqual(["FORBIDDEN"]);
    }
    const rows = await world.deps.db.query("testDenied", "select action, outcome from audit_entry_facts where actor = 'eve' order by action");
    expect(rows).toEqual(["access.create-token", "access.revoke-token", "access.tokens"].map((action) => ({ action, outcome: "denied" })));
  });
});
