import { createToken } from "../src/access";
import { walkDownstream } from "../src/lineage/graph/downstream";
import { standsAt } from "../src/lineage/graph/now";
import { walk } from "../src/lineage/graph/walk";
import { openGraph, warmGraph } from "../src/lineage/storage/flow-graph-queries";
import type { Deps } from "../src/platform/deps";
import { type Benchmark, type Figure, median, percentile, secondsOf, shareOf } from "./harness";
import { callLatencies, openAsker } from "./lineage-calls";
import { heldMegabytes, residentMegabytes } from "./lineage-memory";
import { companyShape, seededRandom } from "./lineage-shape";
import { datasetIdOf, writeTables } from "./lineage-tables";
import { startReadServer } from "./read-servers";
import { type BenchWorld, openBenchWorld } from "./world";

const DATASETS = 1_000_000;
const FLOWS = 1_400_000;
const CLOSURES = 2_000;
const CLOSURES_IN_SQL = 100;
const CALLS = 500;
/** Steps that a call over HTTP goes at most, and nodes that it asks for. */
const DEPTH = 20;
const FIRST = 1000;
const WIDE = 200;

/** A large company's flows: read into memory, walked to the end there, and shown over HTTP. */
export const lineageBenchmark: Benchmark = {
  name: "lineage",
  async run(effort: number): Promise<Figure[]> {
    const world = await openBenchWorld();
    const { deps } = world;
    try {
      const shape = companyShape(shareOf(DATASETS, effort), shareOf(FLOWS, effort));
      await writeTables(world.owner, shape);
      const rows = await secondsOf(() => world.owner.db.query("benchCopyFlows", "copy (select id, from_id, to_id, job_id, valid_from, valid_to from flows) to '/dev/null'"));
      const before = heldMegabytes();
      const built = await secondsOf(() => warmGraph(deps.db, "flows"));
      const held = heldMegabytes() - before;
      const figure = { bench: this.name };
      const what = `${shape.nodes.toLocaleString("en-US")} datasets, ${shape.from.length.toLocaleString("en-US")} flows`;
      return [
        { ...figure, name: `adjacency of ${what}: built`, value: built, unit: "s", bound: { most: 3 } },
        { ...figure, name: "the same, beside reading the rows", value: built, unit: "s", yardstick: { name: "COPY TO of the same rows", value: rows }, bound: { most: 5 } },
        { ...figure, name: "the same, held in memory", value: held, unit: "MB", bound: { most: 100 } },
        ...(await closureFigures(this.name, deps, shape.nodes, effort)),
        ...(await callFigures(this.name, world, shape.nodes, effort)),
      ];
    } finally {
      await world.close();
    }
  },
};

async function closureFigures(bench: string, { db }: Deps, nodes: number, effort: number): Promise<Figure[]> {
  const random = seededRandom(7);
  const starts = Array.from({ length: shareOf(CLOSURES, effort) }, () => 1 + Math.floor(random() * nodes));
  const graph = await openGraph(db, { table: "flows", from: [], sides: ["OUT"] });
  const now = Date.now();
  const question = { job: null, sides: ["OUT"], depth: Infinity, first: Infinity, holds: (flow: number) => standsAt(graph, flow, now), ofFields: false, includeJobs: false } as const;
  const ways: ((start: number) => unknown)[] = [
    (start) => walk(graph, { ...question, starts: [start] }),
    (start) => walkDownstream(graph, [start], { carries: () => true, stopsAt: () => false }),
  ];
  const [lineage, custody] = ways.map((closure) => {
    starts.slice(0, shareOf(starts.length, 0.1)).forEach(closure); // Warms up.
    return starts.map((start) => millisecondsOf(() => closure(start)));
  }) as [number[], number[]];
  const inSql: number[] = [];
  for (const start of starts.slice(0, shareOf(CLOSURES_IN_SQL, effort))) inSql.push(1000 * (await secondsOf(() => closureInSql(db, start))));
  const sample = lineage.slice(0, inSql.length);
  return [
    { bench, name: "full closure of a random dataset, lineage's walk, median", value: median(lineage), unit: "ms", bound: { most: 0.1 } },
    { bench, name: "the same, p99", value: percentile(lineage, 0.99), unit: "ms", bound: { most: 30 } },
    { bench, name: "the same, mean", value: mean(sample), unit: "ms", yardstick: { name: "recursive SQL", value: mean(inSql) }, bound: { most: 0.3 } },
    { bench, name: "custody's walk, median", value: median(custody), unit: "ms", bound: { most: 0.1 } },
    { bench, name: "the same, p99", value: percentile(custody, 0.99), unit: "ms", bound: { most: 30 } },
  ];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function millisecondsOf(work: () => unknown): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

const closureInSql = (db: Deps["db"], start: number): Promise<unknown> =>
  db.query(
    "benchClosure",
    "with recursive reached (node) as (select $1::int union select to_id from reached join flows on from_id = node) select count(*) from reached",
    [start],
  );

/** Calls from datasets that many others hang on: each answers as many nodes as it may. */
async function callFigures(bench: string, { deps, databaseUrl }: BenchWorld, nodes: number, effort: number): Promise<Figure[]> {
  const { token } = await createToken(deps, { actor: "bench", principal: "bench", roles: ["reader"] });
  const server = await startReadServer("cadastre", databaseUrl, deps.config.dataDir);
  const asker = openAsker(server.url, token);
  try {
    const random = seededRandom(11);
    const core = Math.min(nodes, WIDE);
    const calls = Array.from({ length: shareOf(CALLS, effort) }, () => ({ of: datasetIdOf(Math.floor(random() * core)), direction: "DOWNSTREAM" as const, depth: DEPTH, first: FIRST }));
    const { taken, nodes: answered } = await callLatencies(asker, calls);
    return [
      { bench, name: `lineage of ${Math.round(median(answered)).toLocaleString("en-US")} nodes over HTTP, median`, value: median(taken), unit: "ms", bound: { most: 60 } },
      { bench, name: "the same, p99", value: percentile(taken, 0.99), unit: "ms", bound: { most: 60 } },
      { bench, name: "resident memory of the server", value: await residentMegabytes(server.url, token), unit: "MB", bound: { most: 600 } },
    ];
  } finally {
    await asker.close();
    await server.close();
  }
}
