import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createToken } from "../../src/access";
import { appendAuditEntries, appendAuditEntry } from "../../src/audit";
import { recordAccessEvents } from "../../src/audit/use-cases/record-access";
import { exportEntries } from "../../src/audit/use-cases/export-entries";
import { asOwner } from "../support/as-owner";
import { countStatements } from "../support/count-statements";
import { startServer, type TestServer } from "../support/server";
import { setup, type World } from "../support/setup";
import { publishAll } from "./logged-world";
import { accessOf, DATASET } from "./support/access-world";

let world: World;
let server: TestServer;
let auditor: string;
beforeAll(async () => {
  world = await setup();
  server = await startServer(world);
  auditor = (await createToken(world.deps, { principal: "auditor", roles: ["auditor"], actor: "test" })).token;
  await world.deps.transaction((tx) =>
    appendAuditEntries(tx, [
      { action: "catalog.register-service", actor: "ada", object: "service:crm" },
      { action: "erasure.confirm-waiver", actor: "eve", outcome: "denied" },
      { action: "access.revoke-token", actor: "=cmd()", object: 'a "b", c', source: "198.51.100.7" },
      { action: "dispatch.take-permit", actor: "crm" },
    ]),
  );
  const identifier = { type: "email", value: "ada@example.org" };
  await recordAccessEvents(world.deps, [
    { reporter: "service:crm", event: accessOf("one", { fields: ["email", "name"], identifier, source: "203.0.113.9" }) },
    { reporter: "service:crm", event: accessOf("two", { at: new Date("2026-03-02T08:59:30Z"), allowed: false, purpose: "", source: "back office" }) },
    { reporter: "importer", event: accessOf("three", { at: new Date("2026-03-01T00:00:00Z") }) },
  ]);
  await publishAll(world.deps);
  // The exports' own entries lie after the period.
  world.clock.advance("P2D");
});
afterAll(async () => {
  await server?.close();
  await world?.close();
});

type Json = Record<string, unknown>;
const PERIOD = { from: "2026-03-01T00:00:00Z", to: "2026-03-03T00:00:00Z" };

async function fetchExport(query: Record<string, string>, token = auditor): Promise<{ status: number; type: string | null; body: string }> {
  const response = await fetch(`${server.url}/audit/export?${new URLSearchParams(query).toString()}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, type: response.headers.get("content-type"), body: await response.text() };
}
async function exported(format: string, more: Record<string, string> = {}): Promise<string> {
  const { status, body } = await fetchExport({ format, ...PERIOD, ...more });
  expect(status).toBe(200);
  return body;
}
const lines = (body: string): Json[] => body.trimEnd().split("\n").map((line) => JSON.parse(line) as Json);

interface Stored {
  index: number;
  entry: Buffer;
}
const logged = (): Promise<Stored[]> =>
  world.deps.db.query("testLogged", "select e.leaf_index::float8 as index, e.entry from audit_entries e join audit_entry_facts f using (id) where f.at >= $1 and f.at < $2 order by f.at, f.id", [
    PERIOD.from, PERIOD.to,
  ]);

describe("an export of the trail", () => {
  test("as NDJSON is the exact bytes that are in the log, oldest first", async () => {
    const entries = await logged();
    const body = await exported("ndjson");
    expect(body).toBe(entries.map(({ entry }) => `${entry.toString("utf8")}\n`).join(""));
    expect(lines(body)[0]).toMatchObject({ action: "access.data", time: "2026-03-01T00:00:00.000Z", source: "importer" });
  });

  test("is one entry, which says what was taken", async () => {
    world.clock.advance("PT1S");
    const [from, to] = [world.clock.now().toISOString(), "2026-04-01T00:00:00.000Z"];
    await exported("csv");
    const [own, itself] = lines(await exported("ndjson", { from, to, action: "audit.export-entries" })).sort((a, b) => ((a.source as string) < (b.source as string) ? -1 : 1));
    expect(own).toMatchObject({ action: "audit.export-entries", actor: "auditor", source: "csv 2026-03-01T00:00:00.000Z/2026-03-03T00:00:00.000Z" });
    expect(itself).toMatchObject({ source: `ndjson ${from}/${to}` });
  });

  test("as OCSF is Datastore Activity for accesses, API Activity for what was done here, with all that the schema requires", async () => {
    const events = lines(await exported("ocsf"));
    expect(events.length).toBeGreaterThanOrEqual(7);
    for (const event of events) {
      for (const member of ["activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid", "actor", "src_endpoint"]) expect(event).toHaveProperty(member);
      expect(event.type_uid).toBe((event.class_uid as number) * 100 + (event.activity_id as number));
      expect(event.metadata).toMatchObject({ version: "1.3.0", product: { name: "Cadastre", vendor_name: "Cadastre" } });
      expect(Object.keys(event.src_endpoint as Json).some((name) => ["ip", "name", "svc_name"].includes(name))).toBe(true);
      if (event.class_uid === 6005) expect(event).toHaveProperty("table.uid");
      else expect([event.class_uid, event.api]).toEqual([6003, expect.objectContaining({ operation: expect.any(String) as string })]);
      if (event.activity_id === 99) expect(event.activity_name).toEqual(expect.any(String));
    }
    const accesses = events.filter(({ class_uid }) => class_uid === 6005);
    expect(accesses).toHaveLength(3);
    expect(accesses[1]).toEqual({
      category_uid: 6, category_name: "Application Activity", class_uid: 6005, class_name: "Datastore Activity", type_uid: 600501, activity_id: 1, activity_name: "Read",
      time: Date.parse("2026-03-02T08:59:00.000Z"), severity_id: 1, severity: "Informational", status_id: 1, status: "Success",
      metadata: { version: "1.3.0", product: { name: "Cadastre", vendor_name: "Cadastre" }, uid: expect.any(String) as string, log_name: "audit", sequence: expect.any(Number) as number },
      actor: { user: { uid: "clerk-7" } },
      src_endpoint: { svc_name: "service:crm", ip: "203.0.113.9" },
      type_id: 99, type: "Dataset", table: { uid: DATASET, name: "people" },
      unmapped: { action: "access.data", purpose: "support", basis: "contract", fields: ["email", "name"] },
    });
    expect(accesses[2]).toMatchObject({ status_id: 2, severity_id: 2, src_endpoint: { svc_name: "service:crm", name: "back office" } });
    const byOperation = new Map(events.filter(({ api }) => api).map((event) => [(event.api as Json).operation, event]));
    expect(byOperation.get("catalog.register-service")).toMatchObject({ type_uid: 600301, resources: [{ uid: "service:crm" }], src_endpoint: { name: "unknown" }, api: { service: { name: "catalog" } } });
    expect(byOperation.get("erasure.confirm-waiver")).toMatchObject({ type_uid: 600303, status: "Failure" });
    expect(byOperation.get("access.revoke-token")).toMatchObject({ type_uid: 600304, src_endpoint: { ip: "198.51.100.7" } });
    expect(byOperation.get("dispatch.take-permit")).toMatchObject({ type_uid: 600399, activity_name: "take-permit" });
  });

  test("as CloudEvents 1.0 is an event a line, named by the log and the entry", async () => {
    const events = lines(await exported("cloudevents"));
    for (const event of events) {
      expect(event).toMatchObject({ specversion: "1.0", datacontenttype: "application/json", source: `${world.deps.config.publicUrl}/audit`, id: expect.any(String) as string });
      for (const name of Object.keys(event)) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
      if ("subject" in event) expect(event.subject).not.toBe("");
    }
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(events.find(({ type }) => type === "cadastre.audit.catalog.register-service")).toMatchObject({ subject: "service:crm", time: "2026-03-02T09:00:00.000Z" });
    expect(events[1]).toMatchObject({ type: "cadastre.audit.access.data", data: { actor: "clerk-7", purpose: "support", fields: ["email", "name"], outcome: "ok", leafIndex: expect.any(Number) as number } });
  });

  test("as CSV is a table in which nothing is computed", async () => {
    const rows = (await exported("csv")).split("\r\n");
    expect(rows[0]).toBe("leaf_index,id,time,action,actor,object,fields,purpose,basis,source,outcome");
    expect(rows.at(-1)).toBe("");
    expect(rows.find((row) => row.includes("access.revoke-token"))).toMatch(/,access\.revoke-token,'=cmd\(\),"a ""b"", c",,,,198\.51\.100\.7,ok$/);
    expect(rows.find((row) => row.includes("203.0.113.9"))).toContain(`,clerk-7,${DATASET},"[""email"",""name""]",support,contract,service:crm 203.0.113.9,ok`);
  });

  test("names persons in no form but the log's own bytes, and tells no salt", async () => {
    expect(await exported("ndjson")).toContain('"subjects":[');
    for (const format of ["ocsf", "cloudevents", "csv"]) {
      const body = await exported(format);
      for (const { entry } of await logged()) {
        const { salt, subjects } = JSON.parse(entry.toString()) as { salt: string; subjects?: string[] };
        for (const secret of [salt, ...(subjects ?? [])]) expect(body).not.toContain(secret);
      }
    }
  });

  test("holds what matches every criterion", async () => {
    expect(lines(await exported("ndjson", { dataset: DATASET }))).toHaveLength(3);
    expect(lines(await exported("ndjson", { dataset: DATASET, outcome: "denied" }))).toHaveLength(1);
    expect(lines(await exported("ndjson", { field: "name", purpose: "support", basis: "contract", actor: "clerk-7", action: "access.data", object: DATASET }))).toHaveLength(1);
    expect(await exported("ndjson", { from: "2026-02-01T00:00:00Z", to: "2026-03-01T00:00:00Z" })).toBe("");
  });

  test.each<[string, Record<string, string>]>([
    ["a format that it does not write", { format: "xml", ...PERIOD }],
    ["no format", PERIOD],
    ["no period", { format: "csv" }],
    ["a day for an instant", { format: "csv", from: "2026-03-01", to: PERIOD.to }],
    ["a period that ends before it begins", { format: "csv", from: PERIOD.to, to: PERIOD.from }],
    ["a criterion that it does not know", { format: "csv", ...PERIOD, identifier: "x" }],
    ["an empty criterion", { format: "csv", ...PERIOD, actor: "" }],
    ["a criterion with a control character", { format: "csv", ...PERIOD, actor: "a\u0000" }],
  ])("refuses %s", async (_what, query) => {
    const { status, body } = await fetchExport(query);
    expect([status, (JSON.parse(body) as Json).code]).toEqual([400, "BAD_USER_INPUT"]);
  });

  test("is refused to others, and the attempt is recorded", async () => {
    const { token } = await createToken(world.deps, { principal: "nosy", roles: ["reader"], actor: "test" });
    expect((await fetchExport({ format: "csv", ...PERIOD }, token)).status).toBe(403);
    expect(lines(await exported("ndjson", { to: "2026-04-01T00:00:00Z", actor: "nosy" }))).toEqual([expect.objectContaining({ action: "audit.export-entries", outcome: "denied" })]);
  });
});

describe("an export of 200,000 entries", () => {
  const ENTRIES = 200_000;
  const FROM = new Date("2020-01-01T00:00:00Z");
  const TO = new Date("2021-01-01T00:00:00Z");
  beforeAll(async () => {
    const id = "('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid";
    const facts = `insert into audit_entry_facts (id, at, action, actor, outcome) select ${id}, $1::timestamptz + n * interval '1 second', 'test.act', 'crowd', 'ok' from generate_series(1, ${ENTRIES}) as n`;
    await asOwner(world.deps, "manyFacts", facts, [FROM]);
    const bytes = "convert_to('{\"action\":\"test.act\",\"actor\":\"crowd\",\"outcome\":\"ok\",\"source\":\"' || repeat('x', 200) || '\"}', 'utf8')";
    await asOwner(world.deps, "manyEntries", `insert into audit_entries (leaf_index, id, entry) select 1000000 + n, ${id}, ${bytes} from generate_series(1, ${ENTRIES}) as n`);
    await asOwner(world.deps, "analyzeMany", "analyze audit_entry_facts, audit_entries");
  }, 120_000);
  const begin = (deps = world.deps, signal = new AbortController().signal) =>
    exportEntries(deps, { actor: "auditor", format: "ndjson", criteria: { from: FROM, to: TO, action: "test.act" } }, signal);

  test("is whole, and holds a portion in memory at a time", async () => {
    setFlagsFromString("--expose_gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const heaps: number[] = [];
    let [portions, count] = [0, 0];
    for await (const text of (await begin()).text) {
      count += text.split("\n").length - 1;
      if ((portions += 1) % 50 === 25) {
        collectGarbage();
        heaps.push(process.memoryUsage().heapUsed);
      }
    }
    expect(count).toBe(ENTRIES);
    expect(heaps.length).toBeGreaterThanOrEqual(3);
    expect(heaps.at(-1)! - heaps[0]!).toBeLessThan(10 * 1024 * 1024);
  }, 120_000);

  test("reads no further than its reader, and breaks off with an error where the server shuts down", async () => {
    const { deps, statements } = countStatements(world.deps);
    const stopping = new AbortController();
    const { text } = await begin(deps, stopping.signal);
    const reader = text[Symbol.asyncIterator]();
    await reader.next();
    expect(statements.filter((name) => name === "findExportedEntries")).toHaveLength(1);
    stopping.abort();
    await expect(reader.next()).rejects.toThrow();
  });

  test("takes what is on its way into the log as well", async () => {
    world.clock.advance("PT1H");
    await world.deps.transaction((tx) => appendAuditEntry(tx, { action: "test.late", actor: "ada" }));
    const [entry] = lines(await exported("cloudevents", { to: "2026-04-01T00:00:00Z", action: "test.late" }));
    expect(entry!.data).toEqual({ action: "test.late", actor: "ada", outcome: "ok" });
  });
});
