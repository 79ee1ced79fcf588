import { recordEvents } from "../../src/lineage/use-cases/record-events";
import { catalogWorld, type CatalogWorld } from "../catalog/catalog-world";
import { createToken } from "../../src/access";
import { countStatements } from "../support/count-statements";
import { startServer } from "../support/server";
import { datasetEvent, minute, runEvent, seen } from "./recorded-world";

let world: CatalogWorld;
beforeAll(async () => {
  world = await catalogWorld();
});
afterAll(() => world.close());

const record = (...events: Parameters<typeof recordEvents>[1]): Promise<void> => world.deps.transaction((tx) => recordEvents(tx, events));
interface Job {
  readonly id: string;
  readonly description: string | null;
  readonly deletedAt: string | null;
  readonly facets: Record<string, unknown>;
  readonly inputs: string[];
  readonly outputs: string[];
  readonly runs: { edges: { cursor: string; node: Record<string, unknown> }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
}
const RUNS = "edges { cursor node { id state startedAt endedAt durationMs facets parent { job run } } } pageInfo { hasNextPage endCursor }";
const jobOf = async (name: string, first = 50, after: string | null = null): Promise<Job | null> =>
  (
    await world.ask<{ job: Job | null }>(
      `query ($id: ID!, $first: Int, $after: String) { job(id: $id) { id namespace name description deletedAt facets inputs outputs runs(first: $first, after: $after) { ${RUNS} } } }`,
      { id: `job:airflow:${name}`, first, after },
      "reader",
    )
  ).job;
const at = (m: number): string => minute(m).toISOString();
const documentation = (description: string) => ({ documentation: { _producer: "p", _schemaURL: "s", description } });

test("a job shows what it reads and writes, what its producer says of it, and its runs with their durations", async () => {
  const parent = { run: { runId: "the-dag-run" }, job: { namespace: "airflow", name: "dag" } };
  await record(
    runEvent({ job: "daily", run: "one", type: "START", at: 1, inputs: ["orders"], facets: { parent, own: { x: 1 } } }),
    runEvent({ job: "daily", run: "one", at: 4, outputs: ["revenue"], jobFacets: documentation("Sums up the day."), facets: { statistics: { rows: 7 } } }),
    runEvent({ job: "daily", run: "two", type: "FAIL", at: 9 }),
  );
  expect(await jobOf("daily")).toMatchObject({
    id: "job:airflow:daily", namespace: "airflow", name: "daily", description: "Sums up the day.", deletedAt: null, facets: documentation("Sums up the day."),
    inputs: ["dataset:pg:orders"], outputs: ["dataset:pg:revenue"],
  });
  const runs = (await jobOf("daily"))!.runs.edges.map(({ node }) => node);
  expect(runs).toEqual([
    { id: "two", state: "FAIL", startedAt: null, endedAt: at(9), durationMs: 0, facets: {}, parent: null },
    {
      id: "one", state: "COMPLETE", startedAt: at(1), endedAt: at(4), durationMs: 180_000, facets: { parent, own: { x: 1 }, statistics: { rows: 7 } },
      parent: { job: "job:airflow:dag", run: "the-dag-run" },
    },
  ]);
});

test("runs come page by page, the newest first", async () => {
  await record(...[3, 1, 2, 3].map((m, index) => runEvent({ job: "paged", run: `r${index}`, at: m })));
  const first = (await jobOf("paged", 2))!.runs;
  const second = (await jobOf("paged", 2, first.pageInfo.endCursor))!.runs;
  expect([...first.edges, ...second.edges].map(({ node }) => node.id)).toEqual(["r3", "r0", "r2", "r1"]);
  expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
});

test("a retired job says when; a job that reads only shows what it reads", async () => {
  await record(runEvent({ job: "gone", at: 1, inputs: ["a"], outputs: ["b"] }), runEvent({ job: "reads", at: 1, inputs: ["a"] }));
  await world.mutate("retireLineage", { job: "job:airflow:gone" }, "id");
  expect(await jobOf("gone")).toMatchObject({ deletedAt: world.clock.now().toISOString(), inputs: [], outputs: [] });
  expect(await jobOf("reads")).toMatchObject({ inputs: ["dataset:pg:a"], outputs: [] });
});

test("an unknown job is null, what is no job's id is refused", async () => {
  expect(await jobOf("nobody")).toBeNull();
  await expect(world.ask("query { job(id: \"dataset:pg:a\") { id } }")).rejects.toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringMatching(/^id: must be job:/) as string });
});

test("a dataset shows the latest facets sent of it, known or not, and who wrote it last", async () => {
  await record(
    runEvent({ job: "writes", run: "old", at: 5, outputs: [seen("w", { facets: { strange: { v: 2 }, gone: { v: 1 } }, roleFacets: { outputStatistics: { rowCount: 9 } } })] }),
    runEvent({ job: "writes", run: "failed", type: "FAIL", at: 8, outputs: ["w"] }),
    datasetEvent(3, seen("w", { facets: { strange: { v: 1 } } })),
    datasetEvent(6, seen("w", { facets: { gone: { _deleted: true } } })),
    datasetEvent(2, seen("w", { facets: { gone: { v: 0 } } })),
  );
  await record(runEvent({ job: "writes", run: "older", at: 4, outputs: [seen("w", { facets: { strange: { v: 0 }, gone: { v: 2 } } })] }));
  const { dataset } = await world.ask<{ dataset: unknown }>("query { dataset(id: \"dataset:pg:w\") { facets freshness { writtenAt job run } } }", {}, "reader");
  expect(dataset).toEqual({ facets: { strange: { v: 2 }, outputStatistics: { rowCount: 9 } }, freshness: { writtenAt: at(5), job: "job:airflow:writes", run: "old" } });
});

test("a page of datasets with their facets and freshness costs as many statements as one dataset", async () => {
  await record(...Array.from({ length: 20 }, (_, index) => runEvent({ job: "many", run: `m${index}`, at: 1, outputs: [seen(`many${index}`, { facets: { f: {} } })] })));
  const counted = countStatements(world.deps);
  const server = await startServer({ deps: counted.deps });
  const { token } = await createToken(world.deps, { principal: "rita", roles: ["reader"], actor: "test" });
  const costOf = async (first: number): Promise<number> => {
    counted.statements.length = 0;
    const { errors } = await server.graphql("query ($first: Int) { datasets(first: $first) { edges { node { facets freshness { run } } } } }", { first }, token);
    expect(errors).toBeUndefined();
    return counted.statements.length;
  };
  await costOf(1);
  expect(await costOf(20)).toBe(await costOf(1));
  await server.close();
});
