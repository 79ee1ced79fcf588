import { createToken } from "../../src/access";
import { openSigner } from "../../src/audit/outbound/checkpoint-signer";
import { dropAuditEntries, finishDrops } from "../../src/audit/use-cases/drop-audit-entries";
import { parseBundleHeader } from "../../src/protocol/tlog/audit-bundle";
import { verifyBundle } from "../../src/protocol/tlog/bundle-verification";
import { formatVkey } from "../../src/protocol/tlog/signed-note";
import { parseTrustedKeys } from "../../src/protocol/tlog/trusted-keys";
import { startServer, type TestServer } from "../support/server";
import { setup, type World } from "../support/setup";
import { logEntries, publishAll } from "./logged-world";

let world: World;
let server: TestServer;
let auditor: string;
let reader: string;

beforeAll(async () => {
  world = await setup();
  server = await startServer(world);
  ({ token: auditor } = await createToken(world.deps, { principal: "arthur", roles: ["auditor"], actor: "test" }));
  ({ token: reader } = await createToken(world.deps, { principal: "rita", roles: ["reader"], actor: "test" }));
  // Two of the tokens, then a checkpoint a day: 2, 302, 602 entries.
  await publishAll(world.deps);
  for (const day of ["2026-03-03T12:00:00Z", "2026-03-04T12:00:00Z"]) {
    world.clock.set(new Date(day));
    await logEntries(world.deps, 300);
  }
});
afterAll(async () => {
  await server?.close();
  await world?.close();
});

const get = (query: string, token?: string) => fetch(`${server.url}/audit/bundle?${query}`, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
const linesIn = (text: string): Buffer[] => text.split("\n").slice(0, -1).map((line) => Buffer.from(line));
async function* streamOf(lines: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* lines;
}
async function bundleOf(from: string, to: string): Promise<Buffer[]> {
  const response = await get(`from=${from}&to=${to}`, auditor);
  expect([response.status, response.headers.get("content-type"), response.headers.get("cache-control")]).toEqual([200, "application/x-ndjson", "no-store"]);
  return linesIn(await response.text());
}
const verify = (lines: readonly Buffer[]) => {
  const { config, keyring } = world.deps;
  return verifyBundle(streamOf(lines), { keys: parseTrustedKeys(openSigner(config, keyring).vkeys(config.auditOrigin).map(formatVkey)) });
};
const readings = () => world.deps.db.query("bundleReadings", "select actor, object from audit_entry_facts where action = 'audit.read-bundle' order by id");

describe("the auditor's bundle of a period", () => {
  test("holds every entry between the checkpoints around it, as who knows the log's key can see", async () => {
    const verified = await verify(await bundleOf("2026-03-03T13:00:00Z", "2026-03-04T12:00:00Z"));
    expect(verified).toMatchObject({ verdict: "GENUINE", start: 302, end: { size: 602 }, disclosed: 300, dropped: 0 });
    expect(verified).toMatchObject({ header: { period: { from: "2026-03-03T13:00:00.000Z", to: "2026-03-04T12:00:00.000Z" } } });
  });

  test("begins with the log where nothing was signed before", async () => {
    expect(await verify(await bundleOf("2026-01-01T00:00:00Z", "2026-03-03T00:00:00Z"))).toMatchObject({ verdict: "GENUINE", start: 0, end: { size: 302 } });
  });

  test("ends with the newest checkpoint where the period is not over", async () => {
    expect(await verify(await bundleOf("2026-03-03T13:00:00Z", "2030-01-01T00:00:00Z"))).toMatchObject({ verdict: "GENUINE", end: { size: 602 } });
  });

  test("is one entry of the trail", async () => {
    const before = await readings();
    await bundleOf("2026-03-03T13:00:00Z", "2026-03-04T12:00:00Z");
    expect(await readings()).toEqual([...before, { actor: "arthur", object: "leaves:302-602" }]);
  });

  test("states who reported accesses on its days, and what of it lacked a purpose", async () => {
    const tally = (day: string, reporter: string, dataset: string) =>
      world.deps.transaction((tx) =>
        tx.execute(
          "tally",
          "insert into access_tallies (day, reporter, dataset, allowed, denied, without_purpose, last_at, reported_at) values ($1, $2, $3, 5, 2, 1, $4, $4)",
          [day, reporter, dataset, `${day}T10:00:00Z`],
        ),
      );
    await tally("2026-03-02", "service:early", "a");
    await tally("2026-03-03", "service:crm", "a");
    await tally("2026-03-04", "service:crm", "b");
    await tally("2026-03-05", "service:late", "a");
    const [first] = await bundleOf("2026-03-03T13:00:00Z", "2026-03-05T00:00:00Z");
    expect(parseBundleHeader(first as Buffer).coverage).toEqual([
      { reporter: "service:crm", allowed: 10, denied: 4, withoutPurpose: 2, lastAt: "2026-03-04T10:00:00.000Z" },
    ]);
  });

  test("is for auditors only", async () => {
    expect((await get("from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z")).status).toBe(401);
    expect((await get("from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z", reader)).status).toBe(403);
  });

  test.each(["", "from=2026-01-01T00:00:00Z", "from=yesterday&to=2026-01-01T00:00:00Z", "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z"])(
    "is refused for the question %p",
    async (query) => {
      expect((await get(query, auditor)).status).toBe(400);
    },
  );

  test("proves of entries that are gone that the log itself says so", async () => {
    world.clock.set(new Date("2026-03-10T12:00:00Z"));
    await dropAuditEntries(world.deps, { actor: "arthur", before: new Date("2026-03-03T12:30:00Z") });
    expect((await get("from=2026-01-01T00:00:00Z&to=2026-03-04T12:00:00Z", auditor)).status).toBe(412);
    await publishAll(world.deps);
    await finishDrops(world.deps);
    const lines = await bundleOf("2026-01-01T00:00:00Z", "2026-03-04T12:00:00Z");
    expect(await verify(lines)).toMatchObject({ verdict: "GENUINE", start: 0, end: { size: 602 }, disclosed: 300, dropped: 302 });
    const unproven = lines.map((line, at) => (at === 0 ? Buffer.from(line.toString().replace(/"dropped":\[[^\]]*\]/, '"dropped":[]')) : line));
    expect(await verify(unproven)).toMatchObject({ verdict: "FAULTY", index: 0 });
  });

  test("holds every entry of the period where the clock was set back meanwhile", async () => {
    for (const day of ["2026-04-01T12:00:00Z", "2026-04-02T12:00:00Z", "2026-04-01T06:00:00Z", "2026-04-01T18:00:00Z", "2026-04-03T12:00:00Z"]) {
      world.clock.set(new Date(day));
      await logEntries(world.deps, 10, () => ({ action: "catalog.register-service", actor: "ada", object: `on:${day}` }));
    }
    const objects = (lines: readonly Buffer[]) => lines.slice(1, -1).map((line) => (JSON.parse(line.toString()) as { object?: string }).object);
    const lines = await bundleOf("2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z");
    expect(await verify(lines)).toMatchObject({ verdict: "GENUINE" });
    for (const day of ["2026-04-01T12:00:00Z", "2026-04-01T06:00:00Z", "2026-04-01T18:00:00Z"]) {
      expect(objects(lines).filter((object) => object === `on:${day}`)).toHaveLength(10);
    }
    expect(await verify(await bundleOf("2026-04-01T13:00:00Z", "2026-04-01T17:00:00Z"))).toMatchObject({ verdict: "GENUINE" });
  });

  test("is refused as long as nothing is signed", async () => {
    const young = await setup();
    const door = await startServer(young);
    try {
      const { token } = await createToken(young.deps, { principal: "arthur", roles: ["auditor"], actor: "test" });
      const response = await fetch(`${door.url}/audit/bundle?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z`, { headers: { authorization: `Bearer ${token}` } });
      expect(response.status).toBe(404);
    } finally {
      await door.close();
      await young.close();
    }
  });
});
