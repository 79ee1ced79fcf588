import { gzipSync } from "node:zlib";
import { closeIngestMinute } from "../../src/lineage/use-cases/close-ingest-minute";
import { eventOf, ingestWorld, type IngestWorld } from "./support/ingest-world";

let world: IngestWorld;
beforeEach(async () => void (world = await ingestWorld()));
afterEach(() => world.close());

const MIB = 1024 * 1024;
const BROKEN_FACET = { run: { runId: "r", facets: { parent: { run: {}, job: { namespace: "n", name: "j" } } } } };

describe("a single event", () => {
  test("is answered 201, with what was set aside of it", async () => {
    expect(await world.send(eventOf("a"))).toMatchObject({ status: 201, body: { warnings: [] } });
    expect(await world.send(eventOf("b", BROKEN_FACET))).toMatchObject({
      status: 201, body: { warnings: [{ facet: "parent", path: "$.run.facets.parent.run.runId", message: "is missing" }] },
    });
    expect(await world.written()).toBe(2);
  });

  test("that is broken is answered 422 with the path of each fault, and writes nothing", async () => {
    const { status, headers, body } = await world.send(eventOf("a", { run: {}, outputs: [{ namespace: "n" }] }));
    expect({ status, body }).toEqual({
      status: 422, body: { code: "BAD_USER_INPUT", id: headers["x-request-id"], message: expect.any(String) as string, faults: [{ path: "$.run.runId", message: "is missing" }] },
    });
    expect((await world.send(eventOf("a", { outputs: [{ namespace: "n" }] }))).body.faults).toEqual([{ path: "$.outputs[0].name", message: "is missing" }]);
    expect(await world.written()).toBe(0);
  });

  test("with a broken facet is refused where that is asked for", async () => {
    expect((await world.send(eventOf("b"), "airflow", { query: "?strict=yes" })).status).toBe(422);
    const answer = await world.send(eventOf("b", BROKEN_FACET), "airflow", { query: "?strict=true" });
    expect(answer).toMatchObject({ status: 422, body: { faults: [{ path: "$.run.facets.parent.run.runId" }] } });
    expect(await world.written()).toBe(0);
  });

  test.each([
    ["no JSON", '{"eventTime": '],
    ["nothing", ""],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22])],
    ["nested a hundred thousand deep", "[".repeat(100_000) + "]".repeat(100_000)],
  ])("that is %s is answered 422", async (_, body) => {
    expect(await world.send(body)).toMatchObject({ status: 422, body: { code: "BAD_USER_INPUT", faults: [{ path: "$" }] } });
  });

  test("is taken from nobody without a token, nor from who has no permission", async () => {
    const url = `${world.server.url}/api/v1/lineage`;
    expect((await fetch(url, { method: "POST", body: "{}" })).status).toBe(401);
    await expect(world.ask("mutation { recordLineageEvents(input: { events: [] }) { received } }", {}, "reader")).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});

describe("a batch", () => {
  test("takes the good events and says which were bad and why", async () => {
    const events = [eventOf("a"), { ...eventOf("b"), eventTime: "yesterday" }, eventOf("c", BROKEN_FACET), 5];
    expect(await world.sendBatch(events)).toMatchObject({
      status: 200,
      body: {
        status: "partial_success",
        summary: { received: 4, successful: 2, failed: 2 },
        failed_events: [{ index: 1, reason: expect.stringContaining("$.eventTime") as string, retriable: false }, { index: 3, retriable: false }],
        warnings: [{ index: 2, facet: "parent" }],
      },
    });
    expect(await world.written()).toBe(2);
  });

  test("that is all good is a success, one that is all bad a failure, an empty one a success", async () => {
    expect((await world.sendBatch([eventOf("a")])).body).toMatchObject({ status: "success" });
    expect((await world.sendBatch([{}])).body).toMatchObject({ status: "failure", summary: { received: 1, failed: 1 } });
    expect((await world.sendBatch([])).body).toMatchObject({ status: "success", summary: { received: 0 } });
  });

  test.each([["an object", "{}"], ["no JSON", "[{"]])("that is %s is answered 422", async (_, body) => {
    expect(await world.sendBatch(body)).toMatchObject({ status: 422, body: { code: "BAD_USER_INPUT", faults: [{ path: "$" }] } });
  });

  test("of thousands is written in groups and answered once", async () => {
    const { body } = await world.sendBatch(Array.from({ length: 1_200 }, (_, index) => eventOf(`many-${index % 3}`)));
    expect(body).toMatchObject({ summary: { received: 1_200, successful: 1_200 } });
  });
});

describe("a compressed body", () => {
  const gzip = { headers: { "content-encoding": "gzip" } };

  test("is taken, one event or many", async () => {
    expect(await world.send(gzipSync(JSON.stringify(eventOf("a"))), "airflow", gzip)).toMatchObject({ status: 201 });
    expect(await world.sendBatch(gzipSync(JSON.stringify([eventOf("b")])), "airflow", gzip)).toMatchObject({ body: { status: "success" } });
    expect(await world.send(eventOf("c"), "airflow", { headers: { "content-encoding": "identity" } })).toMatchObject({ status: 201 });
  });

  test("that is none, or is compressed otherwise, is answered 422", async () => {
    expect(await world.send(eventOf("a"), "airflow", gzip)).toMatchObject({ status: 422 });
    expect(await world.send(eventOf("a"), "airflow", { headers: { "content-encoding": "br" } })).toMatchObject({ status: 422, body: { message: expect.stringContaining("gzip") as string } });
  });

  test("that grows beyond the limit is too large, as it is uncompressed", async () => {
    expect(await world.send(gzipSync(Buffer.alloc(33 * MIB, " ")), "airflow", gzip)).toMatchObject({ status: 413, body: { code: "TOO_LARGE" } });
    expect(await world.send(Buffer.alloc(33 * MIB, " "))).toMatchObject({ status: 413 });
    expect(await world.sendBatch(gzipSync(Buffer.alloc(65 * MIB, " ")), "airflow", gzip)).toMatchObject({ status: 413 });
    expect(await world.sendBatch(`[${"1,".repeat(100_000)}1]`)).toMatchObject({ status: 413 });
  });
});

describe("a flood", () => {
  test("is answered 429 beyond what a token may have under way, and others go on", async () => {
    const held = await world.holdBack();
    const first = world.send(eventOf("first"), "flooder");
    await held.waiting();
    const flood = Array.from({ length: 70 }, (_, index) => world.send(eventOf(`flood-${index}`), "flooder"));
    const refused = await Promise.any(flood);
    expect(refused).toMatchObject({ status: 429, headers: { "retry-after": "1" }, body: { code: "RATE_LIMITED" } });
    const other = world.send(eventOf("other"), "other");
    await held.letGo();

    expect(await other).toMatchObject({ status: 201 });
    const statuses = [await first, ...(await Promise.all(flood))].map(({ status }) => status);
    expect([statuses.filter((status) => status === 201).length, statuses.filter((status) => status === 429).length]).toEqual([64, 7]);
    expect(await world.send(eventOf("later"), "flooder")).toMatchObject({ status: 201 });
  });

  test("of bytes is bounded too, but what is alone may be large", async () => {
    const held = await world.holdBack();
    const large = eventOf("large", { run: { runId: "r", facets: { custom: { text: "x".repeat(20 * MIB) } } } });
    const sent = [world.send(large, "flooder"), world.send(large, "flooder"), world.send(large, "flooder")];
    await held.waiting();
    const refused = world.send(large, "flooder");
    expect(await Promise.race([refused, ...sent])).toMatchObject({ status: 429 });
    await held.letGo();
    const statuses = (await Promise.all([refused, ...sent])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 201, 201, 429]);
  });
});

describe("the audit of what came over HTTP", () => {
  const entries = async (): Promise<{ actor: string; object: string; source: string }[]> => {
    const rows = await world.deps.db.query<{ entry: Buffer }>("ingestEntries", "select entry from audit_inbox order by id");
    const all = rows.map(({ entry }) => JSON.parse(entry.toString()) as { action: string; actor: string; object: string; source: string });
    return all.filter(({ action }) => action === "lineage.record-lineage-events").map(({ actor, object, source }) => ({ actor, object, source }));
  };

  test("is one entry for each token and finished minute, whoever closes it", async () => {
    world.clock.set("2026-03-02T09:00:59Z");
    await world.sendBatch([eventOf("a"), eventOf("b"), {}]);
    await world.send(eventOf("c"));
    await world.send(eventOf("d"), "dbt");
    world.clock.set("2026-03-02T09:01:04Z");
    await world.send(eventOf("e"));
    expect(await closeIngestMinute(world.deps)).toBe(false);
    world.clock.set("2026-03-02T09:01:10Z");
    const closed = await Promise.all([closeIngestMinute(world.deps), closeIngestMinute(world.deps)]);

    expect(closed).toContain(true);
    expect(await entries()).toHaveLength(2);
    expect(await entries()).toEqual(expect.arrayContaining([
      { actor: "airflow", object: (await world.tokenOf("airflow")).id, source: "HTTP, the minute from 2026-03-02T09:00:00.000Z: 4 received, 3 successful, 1 failed" },
      { actor: "dbt", object: (await world.tokenOf("dbt")).id, source: "HTTP, the minute from 2026-03-02T09:00:00.000Z: 1 received, 1 successful, 0 failed" },
    ]));
    expect(await world.written()).toBe(1);
  });

  test("in GraphQL is one entry for each accepted event", async () => {
    const texts = [JSON.stringify(eventOf("a")), "{", JSON.stringify({ ...eventOf("b"), run: undefined, job: undefined, dataset: { namespace: "kafka://shop", name: "d" } })];
    const { data } = await world.mutate("recordLineageEvents", { events: texts }, "received successful failed failures { index reason retriable faults { path message } } warnings { index }");
    expect(data?.recordLineageEvents).toEqual({
      received: 3, successful: 2, failed: 1, warnings: [],
      failures: [{ index: 1, reason: "the event is broken", retriable: false, faults: [{ path: "$", message: "is no JSON text" }] }],
    });
    expect((await entries()).map(({ object }) => object).sort()).toEqual(["dataset:kafka%3A%2F%2Fshop:d", "job:airflow:a"]);
  });
});

test("facets set aside are counted by producer, and are one finding about it", async () => {
  await world.sendBatch([eventOf("a", BROKEN_FACET), eventOf("b", BROKEN_FACET)]);
  await world.send(eventOf("a", BROKEN_FACET));
  const counts = await world.deps.db.query("setAsideCounts", "select producer, facet, count::integer, last_path from set_aside_facets");
  expect(counts).toEqual([{ producer: "https://etl.example", facet: "parent", count: 3, last_path: "$.run.facets.parent.run.runId" }]);
  const { ownershipFindings } = await world.ask<{ ownershipFindings: unknown }>('{ ownershipFindings(kind: ["BROKEN_FACET"]) { edges { node { subject state message } } } }');
  expect(ownershipFindings).toEqual({ edges: [{ node: { subject: "producer:https%3A%2F%2Fetl.example", state: "OPEN", message: "sends facets that break their schema and are set aside: parent (3)" } }] });
});

test("events are counted by what became of them", async () => {
  await world.sendBatch([eventOf("a"), eventOf("b"), {}]);
  const { token } = await world.tokenOf("airflow");
  expect(token).toBeDefined();
  const admin = await world.ask<{ createToken: { token: string } }>('mutation { createToken(input: { principal: "prometheus", roles: ["admin"] }) { token } }', {}, "admin");
  const text = await (await fetch(`${world.server.url}/metrics`, { headers: { authorization: `Bearer ${admin.createToken.token}` } })).text();
  expect(text).toContain('cadastre_lineage_events_total{outcome="recorded"} 2');
  expect(text).toContain('cadastre_lineage_events_total{outcome="refused"} 1');
});
