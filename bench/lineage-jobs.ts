import { createToken } from "../src/access";
import type { Deps } from "../src/platform/deps";
import { type Benchmark, type Figure, median, percentile, secondsOf, shareOf } from "./harness";
import { callLatencies, openAsker } from "./lineage-calls";
import { seededRandom, type Shape } from "./lineage-shape";
import { jobIdOf, writeTables } from "./lineage-tables";
import { startReadServer } from "./read-servers";
import { openBenchWorld } from "./world";

const JOBS = 55_646;
/** Jobs that work together: none reads or writes what those of another pipeline do. */
const PIPELINE = 40;
const DEPTH = 20;
const CALLS = 500;
const REFERENCE_CALLS = 3;
const GIVE_UP = "60s";

/**
 * The shape that hurts another lineage server, which takes 10–15 s for a call at 55,646 jobs: our GraphQL call over HTTP, jobs as nodes, both
 * directions, beside the form of its query in the same PostgreSQL on the same graph. It joins jobs that share any dataset, whoever writes it, and
 * has the depth among what is compared, so that each round joins all again that an earlier one has found.
 */
export const lineageJobsBenchmark: Benchmark = {
  name: "lineage-jobs",
  async run(effort: number): Promise<Figure[]> {
    const world = await openBenchWorld();
    const { deps } = world;
    try {
      const count = shareOf(JOBS, effort);
      const { shape, ofFlow, inputsAndOutputs } = pipelines(count);
      await writeTables(world.owner, shape, { count, ofFlow });
      await writeReferenceTables(world.owner, inputsAndOutputs);
      const random = seededRandom(4);
      const starts = Array.from({ length: shareOf(CALLS, effort) }, () => Math.floor(random() * count));
      const theirs: number[] = [];
      for (const start of starts.slice(0, REFERENCE_CALLS)) theirs.push(await referenceSeconds(world.owner, start));
      const { token } = await createToken(deps, { actor: "bench", principal: "bench", roles: ["reader"] });
      const server = await startReadServer("cadastre", world.databaseUrl, deps.config.dataDir);
      const asker = openAsker(server.url, token);
      try {
        const { taken } = await callLatencies(asker, starts.map((at) => ({ of: jobIdOf(at), direction: "BOTH", depth: DEPTH, includeJobs: true })));
        const figure = { bench: this.name, unit: "ms" };
        return [
          { ...figure, name: `lineage of a job among ${count.toLocaleString("en-US")}, p99`, value: percentile(taken, 0.99), bound: { most: 20 } },
          { ...figure, name: "the same, median", value: median(taken), bound: { most: 20 } },
          {
            ...figure, name: "the same, one after the other", value: 1000 / median(taken), unit: "/s",
            yardstick: { name: "undirected, depth in the union", value: 1 / median(theirs) }, bound: { least: 100 },
          },
        ];
      } finally {
        await asker.close();
        await server.close();
      }
    } finally {
      await world.close();
    }
  },
};

interface Pipelines {
  readonly shape: Shape;
  /** By flow: its job. */
  readonly ofFlow: Int32Array;
  readonly inputsAndOutputs: { readonly job: number; readonly dataset: number; readonly isOutput: boolean }[];
}

/** Each job writes one or two datasets of its own and reads one to three that earlier jobs of its pipeline wrote, or the pipeline's source. */
function pipelines(jobs: number): Pipelines {
  const random = seededRandom(3058);
  const inputsAndOutputs: Pipelines["inputsAndOutputs"] = [];
  const flows: (readonly [from: number, to: number, job: number])[] = [];
  let nodes = 0;
  let written: number[] = [];
  for (let job = 0; job < jobs; job += 1) {
    if (job % PIPELINE === 0) written = [nodes++];
    const inputs = new Set(Array.from({ length: 1 + Math.floor(random() * 3) }, () => written[Math.floor(random() * written.length)] as number));
    const outputs = Array.from({ length: random() < 0.3 ? 2 : 1 }, () => nodes++);
    for (const dataset of inputs) inputsAndOutputs.push({ job, dataset, isOutput: false });
    for (const dataset of outputs) inputsAndOutputs.push({ job, dataset, isOutput: true });
    for (const from of inputs) for (const to of outputs) flows.push([from, to, job]);
    written.push(...outputs);
  }
  return {
    shape: { nodes, from: Int32Array.from(flows, ([from]) => from), to: Int32Array.from(flows, ([, to]) => to) },
    ofFlow: Int32Array.from(flows, ([, , job]) => job),
    inputsAndOutputs,
  };
}

/** Jobs and the datasets they read or write, a row each, indexed as there. */
async function writeReferenceTables({ db }: Deps, rows: Pipelines["inputsAndOutputs"]): Promise<void> {
  await db.query("benchReferenceTable", "create table bench_job_datasets (job_id int not null, dataset_id int not null, is_output boolean not null, primary key (job_id, dataset_id, is_output))");
  await db.query(
    "benchReferenceRows",
    "insert into bench_job_datasets select * from unnest($1::int[], $2::int[], $3::boolean[])",
    [rows.map(({ job }) => job), rows.map(({ dataset }) => dataset), rows.map(({ isOutput }) => isOutput)],
  );
  await db.query("benchReferenceIndex", "create index on bench_job_datasets (dataset_id)");
  await db.query("benchReferenceAnalyze", "analyze bench_job_datasets");
}

/** Seconds of the reference's query for a job; what has not ended by then took a minute. */
async function referenceSeconds(deps: Deps, job: number): Promise<number> {
  const ask = (): Promise<unknown> =>
    deps.transaction(async (tx) => {
      await tx.query("benchGiveUp", `set local statement_timeout = '${GIVE_UP}'`);
      await tx.query(
        "benchReference",
        `with recursive used as (
           select job_id, array_agg(dataset_id) filter (where not is_output) as inputs, array_agg(dataset_id) filter (where is_output) as outputs
           from bench_job_datasets group by job_id
         ), reached (job_id, inputs, outputs, depth) as (
           select job_id, inputs, outputs, 0 from used where job_id = $1
           union
           select used.job_id, used.inputs, used.outputs, reached.depth + 1
           from used, reached
           where used.job_id <> reached.job_id and reached.depth < $2 - 1
             and array_cat(used.inputs, used.outputs) && array_cat(reached.inputs, reached.outputs)
         )
         select distinct on (job_id) job_id, inputs, outputs, depth from reached order by job_id, depth`,
        [job, DEPTH],
      );
    });
  return secondsOf(() => ask().catch((error: { code?: string }) => {
    if (error.code !== "57014") throw error; // Given up.
  }));
}
