import "reflect-metadata";
import { graphql } from "graphql";
import { authenticate, createToken, permissionsOf } from "../../src/access";
import { AccessResolver } from "../../src/access/graphql/access-resolver";
import { recordDenied } from "../../src/audit";
import { buildGuardedSchema } from "../../src/platform/graphql/build-schema";
import { RequestContext } from "../../src/platform/graphql/request-context";
import { setup, type World } from "../support/setup";
import { type GraphqlDoor, openGraphqlDoor } from "./graphql-door";
import { runCadastre } from "./run-cadastre";

let world: World;
let door: GraphqlDoor;
let admin: string;
beforeAll(async () => {
  world = await setup();
  admin = (await createToken(world.deps, { actor: "test", principal: "root", roles: ["admin"] })).token;
  const schema = buildGuardedSchema([AccessResolver], recordDenied);
  door = await openGraphqlDoor(async ({ query, variables }, { authorization }) => {
    const caller = await authenticate(world.deps, authorization);
    return { body: await graphql({ schema, source: query, variableValues: variables, contextValue: new RequestContext(world.deps, caller, "test") }) };
  });
});
afterAll(async () => {
  await door.close();
  await world.close();
});

const create = (args: string[], token = admin) => runCadastre(["token", "create", ...args], { env: { CADASTRE_URL: `${door.url}/`, CADASTRE_TOKEN: token } });
const enter = (token: string) => authenticate(world.deps, `Bearer ${token}`);

describe("cadastre token create", () => {
  test("prints a token that works, and nothing else", async () => {
    const { code, out, err } = await create(["--principal", "ada", "--role", "reader", "--role", "auditor"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^cad_[A-Za-z0-9_-]{43}\n$/);
    expect(await enter(out.trim())).toMatchObject({ principal: "ada", permissions: permissionsOf(["reader", "auditor"]) });
  });

  test("makes a service's token, ending after a duration by the server's clock or at an instant", async () => {
    const inAnHour = (await create(["--principal", "orders", "--role", "service", "--service", "orders", "--expires", "PT1H"])).out.trim();
    const atTen = (await create(["--principal", "ada", "--role", "reader", "--expires", "2026-03-02T10:00:00Z"])).out.trim();
    expect((await enter(inAnHour)).service).toBe("orders");
    expect((await enter(atTen)).principal).toBe("ada");
    world.clock.advance("PT1H");
    for (const token of [inAnHour, atTen]) await expect(enter(token)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  test("ends with 1 and says why where the server refuses", async () => {
    const { token } = await createToken(world.deps, { actor: "test", principal: "eve", roles: ["reader"] });
    const forbidden = await create(["--principal", "eve", "--role", "admin"], token);
    expect(forbidden).toMatchObject({ code: 1, out: "" });
    expect(forbidden.err).toContain("access:create-token");
    expect((await create(["--principal", "ada", "--role", "queen"])).code).toBe(1);
  });

  test.each([[["--role", "reader"]], [["--principal", "ada"]], [["--principal", "ada", "--role", "reader", "extra"]]])("ends with 64 for %j", async (args) => {
    expect((await create(args)).code).toBe(64);
  });
});
