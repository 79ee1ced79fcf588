import { auditIngestBenchmark } from "./audit-ingest";
import { auditOverheadBenchmark } from "./audit-overhead";
import { auditProofBenchmark } from "./audit-proof";
import { type Benchmark, type Figure, isReached, ratioOf, tableOf } from "./harness";
import { fanOutBenchmark } from "./fan-out";
import { graphqlReadBenchmark } from "./graphql-read";
import { lineageBenchmark } from "./lineage";
import { lineageIngestBenchmark } from "./lineage-ingest";
import { lineageJobsBenchmark } from "./lineage-jobs";
import { registerBenchmark } from "./register";
import { startBenchmark } from "./start";

export const BENCHMARKS: readonly Benchmark[] = [
  startBenchmark, graphqlReadBenchmark, registerBenchmark, fanOutBenchmark, lineageBenchmark, lineageJobsBenchmark, lineageIngestBenchmark,
  auditIngestBenchmark, auditProofBenchmark, auditOverheadBenchmark,
];

const QUICK = 0.05;

/**
 * Runs the benchmarks named, or all; prints a table, with `--json` also the figures as JSON lines. Exit 1 if a bound was missed.
 * `--quick` shows only that the benchmarks work: it holds no figure to its bound.
 */
export async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => !arg.startsWith("--"));
  const unknown = names.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`There is no benchmark ${unknown.join(", ")}; there are ${BENCHMARKS.map((benchmark) => benchmark.name).join(", ")}\n`);
    return 64;
  }
  const quick = args.includes("--quick");
  const figures: Figure[] = [];
  for (const benchmark of BENCHMARKS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    process.stderr.write(`${benchmark.name} …\n`);
    figures.push(...(await benchmark.run(quick ? QUICK : 1)));
  }
  process.stdout.write(`${tableOf(figures)}\n`);
  if (args.includes("--json")) for (const figure of figures) process.stdout.write(`${JSON.stringify({ ...figure, ratio: ratioOf(figure), reached: isReached(figure) })}\n`);
  return quick || figures.every(isReached) ? 0 : 1;
}
