import { datasetEvent, jobEvent, runEvent } from "./events";
import { completed, FIXTURES_ARE_THERE, fixtureFiles, readFixture } from "./fixture-files";
import { encode, idOf, idsOf, type LineageWorld, lineageWorld, pairsOf } from "./lineage-world";

const describeFixtures = FIXTURES_ARE_THERE ? describe : describe.skip;
const inFixtures = (namespace: string) => (name: string): string => idOf({ namespace, name });
type Json = Record<string, unknown>;

let world: LineageWorld;
const open = async (): Promise<void> => {
  world = await lineageWorld();
};
const close = (): Promise<void> => world?.close();
/** Each test has its own world: the files use the same names. */
const eachAlone = (): void => {
  beforeEach(open);
  afterEach(close);
};

/** Sends an event that is to be taken without a word. */
const take = async (event: unknown, query = ""): Promise<void> => {
  const { status, body } = await world.send(event, query);
  expect({ status, warnings: body.warnings }).toEqual({ status: 201, warnings: [] });
};

describeFixtures("every event that has no fault", () => {
  beforeAll(open);
  afterAll(close);
  const files = [...fixtureFiles("hive"), ...fixtureFiles("spec").filter((path) => path.includes("serde_example")), ...fixtureFiles("marquez"), ...fixtureFiles("proxy")];
  const faultless = files.filter((path) => !/template|event_full|invalid|no_run_id/.test(path));

  test.each(faultless.length > 0 ? faultless : [""])("is taken, strictly read, too: %s", async (path) => {
    for (const query of ["", "?strict=true"]) await take(path.startsWith("hive") ? completed(readFixture(path)) : readFixture(path), query);
  });
});

describeFixtures("OpenLineage's compatibility scenario", () => {
  eachAlone();
  test.each(FIXTURES_ARE_THERE ? fixtureFiles("compatibility").filter((path) => path.endsWith("expected-links.json")) : [""])("%s: the derived links equal the expected ones", async (path) => {
    const events = fixtureFiles(path.replace("expected-links.json", "events")).map((file) => readFixture(file));
    for (const event of events) await take(event);
    const links = readFixture<{ source: { fully_qualified_name: string }; target: { fully_qualified_name: string }; start_time: string }[]>(path);
    const idOfName = (name: string): string => idOf({ namespace: name.slice(0, name.indexOf(":")), name: name.slice(name.indexOf(":") + 1) });
    const expected = links.map(({ source, target, start_time: from }) => ({ from: idOfName(source.fully_qualified_name), to: idOfName(target.fully_qualified_name), validFrom: from }));
    const derived = new Map<string, unknown>();
    for (const end of expected.flatMap(({ from, to }) => [from, to])) {
      for (const { from, to, validFrom } of (await world.lineage(end, "BOTH")).edges) derived.set(`${from} ${to}`, { from, to, validFrom });
    }
    expect([...derived.values()]).toEqual(expected);
  });
});

describeFixtures("Hive's events", () => {
  eachAlone();
  test("say which field comes from which, and which is masked", async () => {
    await take(completed(readFixture("hive/cllSimpleQueryMaskingComplete.json")));
    const hive = inFixtures("hive://localhost:9083");
    const { edges } = await world.lineage(hive("test.t1"), "DOWNSTREAM", { level: "FIELD" });
    const byField = edges.map(({ from, to, masking }) => [from.replace(hive("test.t1"), ""), to.replace(hive("test.xxx"), ""), masking]);
    expect(byField).toEqual(expect.arrayContaining([["#a", "#i", false], ["#a", "#t", false], ["#a", "#mt", true], ["#b", "#a", false], ["#b", "#ma", true]]));
    // GROUP BY touches every field of the output: those beside it are told field by field.
    const ofWholeDataset = (await world.lineage(`${hive("test.t1")}#a`, "DOWNSTREAM", { level: "FIELD", depth: 3 })).nodes.map(({ id }) => id);
    expect(ofWholeDataset).toEqual(expect.arrayContaining(["i", "t", "mt", "a", "ma"].map((name) => `${hive("test.xxx")}#${name}`)));
    expect((await world.lineage(hive("test.t1"), "DOWNSTREAM")).edges).toMatchObject([{ to: hive("test.xxx"), provenance: ["COLUMN"], masking: false }]);
  });

  test("join by every field and are known by their location, too", async () => {
    await take(completed(readFixture("hive/cllCtasWithJoinsComplete.json")));
    const hive = inFixtures("hive://localhost:9083");
    expect(pairsOf(await world.lineage(hive("test.xxx"), "UPSTREAM"))).toEqual([`${hive("test.t1")} -> ${hive("test.xxx")}`, `${hive("test.t2")} -> ${hive("test.xxx")}`]);
    expect(idsOf(await world.lineage(idOf({ namespace: "file", name: "/opt/hive/data/warehouse/test.db/t1" }), "DOWNSTREAM"))).toEqual([hive("test.t1"), hive("test.xxx")]);
  });
});

describeFixtures("the proxy's events", () => {
  eachAlone();
  const datasource = inFixtures("my-datasource-namespace");
  const inputs = ["instance.schema.input-1", "instance.schema.input-2"].map(datasource);

  test("of the simple kind make the flows that they tell", async () => {
    await take(readFixture("proxy/event_simple.json"));
    expect(pairsOf(await world.lineage(datasource("instance.schema.output-1"), "UPSTREAM"))).toEqual(inputs.map((id) => `${id} -> ${datasource("instance.schema.output-1")}`));
  });

  test("without a run id are refused with the place of the fault, and leave nothing", async () => {
    const { status, body } = await world.send(readFixture("proxy/event_no_run_id.json"));
    expect({ status, body }).toMatchObject({ status: 422, body: { code: "BAD_USER_INPUT" } });
    expect(JSON.stringify(body)).toContain('"$.run');
    expect((await world.ask<{ dataset: unknown }>("query ($id: ID!) { dataset(id: $id) { id } }", { id: inputs[0] }, "reader")).dataset).toBeNull();
  });

  test("with a broken facet of the run are taken with a warning, and refused if the client is strict", async () => {
    const event = readFixture("proxy/event_invalid_run_facet.json");
    const strict = await world.send(event, "?strict=true");
    expect(strict.status).toBe(422);
    expect(JSON.stringify(strict.body)).toContain("$.run.facets.parent");
    const { status, body } = await world.send(event);
    expect(status).toBe(201);
    expect(JSON.stringify(body.warnings)).toContain("$.run.facets.parent");
  });
});

describeFixtures("the specification's examples", () => {
  eachAlone();
  test("of a column lineage facet lead from field to field", async () => {
    const facets = readFixture("spec/ColumnLineageDatasetFacet/1.json");
    const output = { namespace: "SnowflakeOpenLineage", name: "RESULT", facets };
    await take(runEvent({ job: "discounts", at: "2026-02-01T00:00:00Z", inputs: ["CUSTOMERS", "DISCOUNTS"].map((name) => ({ namespace: "SnowflakeOpenLineage", name })), outputs: [output] }), "?strict=true");
    const graph = await world.lineage(`${idOf(output)}#STARTS_AT`, "UPSTREAM", { level: "FIELD", depth: 1 });
    const [customers, discounts] = ["CUSTOMERS", "DISCOUNTS"].map(inFixtures("SnowflakeOpenLineage"));
    expect(idsOf(graph)).toEqual([`${customers}#ID`, `${discounts}#CUSTOMERS_ID`, `${discounts}#STARTS_AT`, `${idOf(output)}#STARTS_AT`].sort());
  });

  test("of a rename keep the dataset's identity", async () => {
    const before = { namespace: "file", name: "/tmp/alter_test/alter_table_test" };
    const after = { namespace: "file", name: "/tmp/alter_test/renamed" };
    await take(runEvent({ job: "fill", at: "2026-02-01T00:00:00Z", inputs: [{ namespace: "file", name: "/tmp/in" }], outputs: [before] }));
    await take(runEvent({ job: "alter", at: "2026-02-02T00:00:00Z", outputs: [{ ...after, facets: readFixture("spec/LifecycleStateChangeDatasetFacet/1.json") }] }), "?strict=true");
    for (const name of [before, after]) expect(idsOf(await world.lineage(idOf(name), "UPSTREAM"))).toEqual([idOf({ namespace: "file", name: "/tmp/in" }), idOf(after)].sort());
  });

  test("of the explicit lineage facet hold for a dataset and for a job's output", async () => {
    const target = { namespace: "postgresql://warehouse:5432", name: "public.dim_customers" };
    await take(datasetEvent({ ...target, facets: readFixture("spec/LineageFacet/dataset-to-dataset.json") }, "2026-02-01T00:00:00Z"), "?strict=true");
    const warehouse = inFixtures("postgres://warehouse:5432");
    expect((await world.lineage(idOf({ ...target, namespace: "postgres://warehouse:5432" }), "UPSTREAM")).edges).toMatchObject([{ from: warehouse("public.customers"), provenance: ["EXPLICIT"] }]);
    expect(idsOf(await world.lineage(`${warehouse("public.dim_customers")}#customer_id`, "UPSTREAM", { level: "FIELD" }))).toContain(`${warehouse("public.customers")}#id`);
    await take(jobEvent({ job: "summary", at: "2026-02-01T00:00:00Z", facets: readFixture("spec/LineageFacet/job-to-dataset.json") }), "?strict=true");
    const upstream = await world.lineage(warehouse("public.daily_summary"), "UPSTREAM", { includeJobs: true });
    expect(idsOf(upstream)).toContain(`job:${encode("airflow://production")}:daily.extract`);
  });

  test("of ownership are kept", async () => {
    await take(datasetEvent({ namespace: "file", name: "/owned", facets: readFixture("spec/OwnershipDatasetFacet/1.json") }, "2026-02-01T00:00:00Z"), "?strict=true");
  });
});

describeFixtures("Marquez' events", () => {
  eachAlone();
  test("with metrics that lack their columns are taken with a warning", async () => {
    const { status, body } = await world.send(readFixture("marquez/event_full.json"));
    const warnings = [{ facet: "dataQualityMetrics", path: "$.inputs[0].inputFacets.dataQualityMetrics.columnMetrics" }];
    expect({ status, body }).toMatchObject({ status: 201, body: { warnings } });
  });

  test.each([["one by one", false], ["as a batch", true]])("of a food delivery, sent %s, give 13 jobs with their runs and one connected picture", async (_, asBatch) => {
    const events = readFixture<Json[]>("marquez/metadata.template.json");
    expect(events).toHaveLength(26);
    if (asBatch) expect(await world.sendBatch(events)).toMatchObject({ status: 200, body: { summary: { received: 26, successful: 26, failed: 0 } } });
    else for (const event of events) await take(event);

    const jobs = [...new Set(events.map(({ job }) => `job:food_delivery:${(job as { name: string }).name}`))];
    expect(jobs).toHaveLength(13);
    for (const id of jobs) {
      const { job } = await world.ask<{ job: Json }>("query ($id: ID!) { job(id: $id) { id runs { edges { node { state } } } } }", { id }, "reader");
      expect(job).toEqual({ id, runs: { edges: [{ node: { state: "COMPLETE" } }] } });
    }
    const food = inFixtures("food_delivery");
    const { nodes } = await world.lineage(food("public.menus"), "DOWNSTREAM", { depth: 9 });
    expect(nodes).toEqual([
      { id: food("public.menus"), depth: 0 },
      { id: food("public.orders_7_days"), depth: 1 },
      { id: food("public.delivery_7_days"), depth: 2 },
      ...[food("public.discounts"), food("public.top_delivery_times")].map((id) => ({ id, depth: 3 })).sort((one, other) => nodes.findIndex(({ id }) => id === one.id) - nodes.findIndex(({ id }) => id === other.id)),
      { id: food("public.popular_orders_day_of_week"), depth: 4 },
    ]);
    const upstream = await world.lineage(food("public.popular_orders_day_of_week"), "UPSTREAM", { depth: 9 });
    // menu_item_id: a table, says the column lineage of orders_7_days.
    expect(idsOf(upstream)).toEqual(
      ["menu_item_id", "menus", "menu_items", "orders", "categories", "orders_7_days", "customers", "order_status", "drivers", "restaurants", "delivery_7_days", "top_delivery_times", "popular_orders_day_of_week"]
        .map((name) => food(`public.${name}`)).sort(),
    );
  });
});

describe("a batch with one bad event", () => {
  eachAlone();
  test("takes the others and says which was bad and why", async () => {
    const at = { namespace: "file", name: "/in" };
    const good = (job: string) => runEvent({ job, at: "2026-02-01T00:00:00Z", inputs: [at], outputs: [{ namespace: "file", name: `/${job}` }] });
    const { status, body } = await world.sendBatch([good("a"), { ...good("b"), eventTime: "yesterday" }, good("c")]);
    expect({ status, body }).toMatchObject({
      status: 200, body: { summary: { received: 3, successful: 2, failed: 1 }, failed_events: [{ index: 1, reason: expect.stringContaining("$.eventTime") as string, retriable: false }] },
    });
    expect(idsOf(await world.lineage(idOf(at), "DOWNSTREAM"))).toEqual([idOf(at), idOf({ namespace: "file", name: "/a" }), idOf({ namespace: "file", name: "/c" })].sort());
  });
});
