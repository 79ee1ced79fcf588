import { type GraphQLField, type GraphQLSchema, parse, validate } from "graphql";
import { createToken, PERMISSIONS } from "../../src/access";
import { buildGraphqlSchema } from "../../src/app/graphql-schema";
import { permissionsOf } from "../../src/platform/graphql/guard-operations";
import { type TestServer, startServer } from "../support/server";
import { setup, type World } from "../support/setup";
import { dummyDocument } from "./dummy-document";

const schema: GraphQLSchema = buildGraphqlSchema();
const permissions = permissionsOf(schema);

interface Operation {
  readonly path: string;
  readonly permission: string;
  readonly query: string;
}

const operations: Operation[] = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).map((field: GraphQLField<unknown, unknown>) => {
    const path = `${type!.name}.${field.name}`;
    return { path, permission: permissions.get(path)!, query: dummyDocument(type!.name.toLowerCase(), field) };
  }),
);

let world: World;
let server: TestServer;
let admin: string;
/** Of roles that may do next to nothing: what the one may do, the other may not. */
let nobody: Record<"producer" | "purge-approver", string>;
beforeAll(async () => {
  world = await setup();
  server = await startServer(world);
  const token = async (principal: string, roles: readonly string[]) =>
    (await createToken(world.deps, { principal, roles, actor: "test" })).token;
  admin = await token("ada", ["admin", "auditor"]);
  nobody = { producer: await token("nobody", ["producer"]), "purge-approver": await token("nobody", ["purge-approver"]) };
});
afterAll(async () => {
  await server?.close();
  await world?.close();
});

const ask = (query: string, headers: Record<string, string>): Promise<Response> =>
  fetch(`${server.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query }),
  });

describe.each(operations)("$path", ({ permission, query }) => {
  test("names a permission that the access room knows", () => {
    expect(PERMISSIONS).toContain(permission);
  });

  test("is refused to those who have not its permission, and the audit log learns of it", async () => {
    expect(validate(schema, parse(query))).toEqual([]);
    const accept = query.startsWith("subscription") ? "text/event-stream" : "application/json";
    const role = permission === "lineage:record-lineage-events" ? "purge-approver" : "producer";
    const said = await (await ask(query, { authorization: `Bearer ${nobody[role]}`, accept })).text();
    expect(said).toContain('"code":"FORBIDDEN"');
    const denied = await server.graphql<{ auditEntries: { edges: { node: { actor: string } }[] } }>(
      'query ($action: String) { auditEntries(filter: { action: $action, outcome: "denied" }) { edges { node { actor } } } }',
      { action: permission.replace(":", ".") },
      admin,
    );
    expect(denied).toEqual({ data: { auditEntries: { edges: [{ node: { actor: "nobody" } }] } } });
  });

  test("is refused to those whom we do not know", async () => {
    for (const headers of [{}, { authorization: "Bearer cad_made-up" }] as Record<string, string>[]) {
      const response = await ask(query, headers);
      expect([response.status, await response.json()]).toEqual([
        401,
        { errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: "UNAUTHENTICATED" }) })] },
      ]);
    }
  });
});
