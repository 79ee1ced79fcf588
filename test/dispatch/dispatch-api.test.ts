import "reflect-metadata";
import { graphql, type GraphQLSchema } from "graphql";
import { Ctx, Query, Resolver } from "type-graphql";
import { recordDenied } from "../../src/audit";
import { findServices, type Service } from "../../src/catalog";
import { ServiceType } from "../../src/catalog/graphql/catalog-types";
import { DispatchResolver } from "../../src/dispatch/graphql/dispatch-resolver";
import type { Caller } from "../../src/platform/deps";
import { buildGuardedSchema } from "../../src/platform/graphql/build-schema";
import { RequestContext } from "../../src/platform/graphql/request-context";
import { Requires } from "../../src/platform/graphql/requires";
import { countStatements } from "../support/count-statements";
import { createDeliveryWorld, type DeliveryWorld } from "./support/delivery-world";

@Resolver()
class ServicesResolver {
  @Query(() => [ServiceType])
  @Requires("catalog:services")
  async everyService(@Ctx() { deps }: RequestContext): Promise<Service[]> {
    return [...(await findServices(deps.db, ["billing", "orders"])).values()];
  }
}

let world: DeliveryWorld;
let schema: GraphQLSchema;
beforeAll(async () => {
  world = await createDeliveryWorld();
  schema = buildGuardedSchema([DispatchResolver, ServicesResolver], recordDenied);
  await world.service("orders");
  await world.service("billing");
});
afterAll(() => world.close());

const OFFICER: Caller = { principal: "olga", permissions: new Set(["erasure:stop-service", "erasure:resume-service", "catalog:services"]) };
const READER: Caller = { principal: "rita", permissions: new Set(["catalog:services"]) };
const STOP = "mutation ($input: ReasonInput!) { stopService(input: $input) { id stopped } }";
const RESUME = "mutation ($input: ReasonInput!) { resumeService(input: $input) { id stopped } }";
const ORDERS = { input: { id: "service:orders", code: "other" } };

async function ask(source: string, variableValues: Record<string, unknown> = {}, caller = OFFICER, deps = world.deps) {
  const { data, errors } = await graphql({ schema, source, variableValues, contextValue: new RequestContext(deps, caller, "test") });
  const codes = errors?.map((error) => (error.originalError as { code?: string } | undefined)?.code ?? error.message);
  return { data: JSON.parse(JSON.stringify(data ?? null)) as unknown, codes };
}

test("an officer stops a service and resumes it", async () => {
  expect(await ask(STOP, ORDERS)).toEqual({ data: { stopService: { id: "service:orders", stopped: true } } });
  expect(await ask(RESUME, ORDERS)).toEqual({ data: { resumeService: { id: "service:orders", stopped: false } } });
});

test.each([STOP, RESUME])("nobody without the permission may %s", async (mutation) => {
  expect(await ask(mutation, ORDERS, READER)).toMatchObject({ codes: ["FORBIDDEN"] });
});

test.each([STOP, RESUME])("a reason that is no code, or a service that is none, is refused: %s", async (mutation) => {
  expect(await ask(mutation, { input: { id: "service:orders", code: "because" } })).toMatchObject({ codes: ["BAD_USER_INPUT"] });
  expect(await ask(mutation, { input: { id: "service:nobody", code: "other" } })).toMatchObject({ codes: ["NOT_FOUND"] });
});

test("whether services are stopped is asked with one statement for all", async () => {
  const { deps, statements } = countStatements(world.deps);
  await ask(STOP, ORDERS);
  expect(await ask("{ everyService { id stopped } }", {}, READER, deps)).toEqual({
    data: { everyService: expect.arrayContaining([{ id: "service:billing", stopped: false }, { id: "service:orders", stopped: true }]) as unknown },
  });
  expect(statements).toEqual(["findServices", "findStoppedServices"]);
});
