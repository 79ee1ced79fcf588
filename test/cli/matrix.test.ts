import { createToken } from "../../src/access";
import { catalogWorld, type CatalogWorld } from "../catalog/catalog-world";
import { type GraphqlDoor, openGraphqlDoor } from "./graphql-door";
import { runCadastre } from "./run-cadastre";

let world: CatalogWorld;
let env: { CADASTRE_URL: string; CADASTRE_TOKEN: string };
const matrix = (...args: string[]) => runCadastre(["matrix", ...args], { env });
const lines = (...cells: string[]): string => cells.map((line) => `${line}\r\n`).join("");

beforeAll(async () => {
  world = await catalogWorld();
  const { token } = await createToken(world.deps, { principal: "rita", roles: ["reader"], actor: "test" });
  env = { CADASTRE_URL: world.server.url, CADASTRE_TOKEN: token };
  const document = JSON.stringify({
    services: [{ key: "crm", name: "CRM", team: "sales, north" }, { key: "mail", name: "Mail", team: "it" }, { key: "unused", name: "Unused" }],
    entities: [
      { key: "address", name: "=HYPERLINK(\"http://x\")", domain: "@people" },
      { key: "customer", name: "Kundin \"Größe\"", domain: "people" },
      { key: "order", name: "Order" },
    ],
    assignments: [
      { entity: "customer", service: "crm", role: "SYSTEM_OF_RECORD", validFrom: "2026-01-01T00:00:00Z" },
      { entity: "customer", service: "crm", role: "WRITER", validFrom: "2026-02-01T00:00:00Z" },
      { entity: "customer", service: "mail", role: "READER", validFrom: "2026-02-01T00:00:00Z" },
      { entity: "order", service: "mail", role: "SYSTEM_OF_RECORD", validFrom: "2026-02-01T00:00:00Z" },
    ],
  });
  const { data, errors } = await world.mutate("importDescriptors", { source: "s", format: "CADASTRE", document, dryRun: false }, "errors");
  expect({ errors, data }).toEqual({ errors: undefined, data: { importDescriptors: { errors: [] } } });
  world.clock.advance("PT1M");
});
afterAll(() => world.close());

const NOW = "2026-03-02T09:01:00Z";

describe("cadastre matrix", () => {
  test("prints a column for each service that has a role, what has no system of record first", async () => {
    expect(await matrix("--as-of", NOW)).toEqual({
      code: 0,
      err: "",
      out: lines(
        "entity,domain,crm,mail,findings",
        "address,'@people,,,NO_SYSTEM_OF_RECORD",
        "customer,people,SYSTEM_OF_RECORD+WRITER,READER,",
        "order,,,SYSTEM_OF_RECORD,",
      ),
    });
  });

  test("prints a line for each service of an entity with --long, and one for an entity without any", async () => {
    expect((await matrix("--long", "--as-of", NOW)).out).toBe(
      lines(
        "entity,entity_name,domain,service,team,roles,findings",
        "address,\"'=HYPERLINK(\"\"http://x\"\")\",'@people,,,,NO_SYSTEM_OF_RECORD",
        'customer,"Kundin ""Größe""",people,crm,"sales, north",SYSTEM_OF_RECORD+WRITER,',
        'customer,"Kundin ""Größe""",people,mail,it,READER,',
        "order,Order,,mail,it,SYSTEM_OF_RECORD,",
      ),
    );
  });

  test("prints JSON", async () => {
    const { out } = await matrix("--format", "json", "--team", "it", "--domain", "people");
    expect(JSON.parse(out)).toMatchObject([{ entity: { id: "entity:customer" }, cells: [{ service: { id: "service:crm" }, roles: ["SYSTEM_OF_RECORD", "WRITER"] }, { roles: ["READER"] }] }]);
    expect((await matrix("--format", "json", "--domain", "none")).out).toBe("[]\n");
  });

  test.each([
    [["--service", "crm"], ["customer"]],
    [["--service", "service:crm", "--service", "mail"], ["customer", "order"]],
    [["--team", "it"], ["customer", "order"]],
    [["--category", "user"], []],
    [["--with-findings", "--as-of", NOW], ["address"]],
    [["--as-of", "2026-01-15T00:00:00Z"], ["customer"]],
    [["--known-at", "2026-03-01T00:00:00Z"], []],
  ])("%j asks for %j", async (args, entities) => {
    const { out, err } = await matrix(...args);
    expect(err).toBe("");
    expect(out.trimEnd().split("\r\n").slice(1).map((line) => line.split(",")[0])).toEqual(entities);
  });

  test("ends with 64 for an unknown format and with 1 for what the server refuses", async () => {
    expect(await matrix("--format", "xml")).toMatchObject({ code: 64, out: "" });
    expect(await matrix("--format", "json", "--long")).toMatchObject({ code: 64, out: "" });
    expect(await matrix("--as-of", "yesterday")).toMatchObject({ code: 1, out: "", err: expect.stringContaining("BAD_USER_INPUT") as string });
  });
});

describe("a matrix of several pages", () => {
  let door: GraphqlDoor;
  const ASKED_AT = "2026-11-22T15:00:00.000Z";
  beforeAll(async () => {
    door = await openGraphqlDoor(({ variables }) => {
      const rows = [{ entity: { id: variables.after === "a" ? "entity:b" : "entity:a", name: "n", domain: null }, cells: [], findings: [] }];
      const pageInfo = { hasNextPage: variables.after !== "a", endCursor: variables.after === "a" ? "b" : "a" };
      return { body: { data: { ownershipMatrix: { asOf: ASKED_AT, knownAt: ASKED_AT, rows, pageInfo } } } };
    });
  });
  afterAll(() => door.close());

  test("is asked for at the instant of its first page, under the same filter", async () => {
    const { out } = await runCadastre(["matrix", "--long", "--team", "it"], { env: { CADASTRE_URL: door.url } });
    expect(out).toBe(lines("entity,entity_name,domain,service,team,roles,findings", "a,n,,,,,", "b,n,,,,,"));
    expect(door.asked.map(({ variables }) => variables)).toEqual([
      { filter: { teams: ["it"] } },
      { filter: { teams: ["it"] }, asOf: ASKED_AT, knownAt: ASKED_AT, after: "a" },
    ]);
  });
});
