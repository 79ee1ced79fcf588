import { createToken } from "../src/access";
import { importDescriptors } from "../src/catalog/use-cases/import-descriptors";
import type { Deps } from "../src/platform/deps";
import { copySeconds } from "./copied-rows";
import { type Benchmark, type Figure, percentile, secondsOf, shareOf } from "./harness";
import { startReadServer } from "./read-servers";
import { FIELDS_EACH, registerBundle } from "./register-bundle";
import { pageLatencies } from "./register-pages";
import { type BenchWorld, openBenchWorld } from "./world";

const SIZE = { services: 2000, entities: 20_000, datasets: 100_000 };
const PAGES = 600;
const COPIED = ["services", "entities", "datasets", "dataset_entities", "fields", "ownership_assignments"];

/** The register of a large company: applying its bundle, and reading the matrix in the present and in the past. */
export const registerBenchmark: Benchmark = {
  name: "register",
  async run(effort: number): Promise<Figure[]> {
    const world = await openBenchWorld();
    try {
      const size = { services: shareOf(SIZE.services, effort), entities: shareOf(SIZE.entities, effort), datasets: shareOf(SIZE.datasets, effort) };
      const files = registerBundle(size);
      const applied = await secondsOf(() => apply(world.deps, files));
      const copied = await copySeconds(world.owner, COPIED);
      const rows = size.datasets * (FIELDS_EACH + 1);
      return [
        {
          bench: this.name, name: `apply of ${size.datasets.toLocaleString("en-US")} datasets with fields`, value: rows / applied, unit: "rows/s",
          yardstick: { name: "COPY of the same rows", value: rows / copied }, bound: { least: 0.05 },
        },
        ...(await matrixFigures(this.name, world, shareOf(PAGES, effort))),
      ];
    } finally {
      await world.close();
    }
  },
};

async function matrixFigures(bench: string, { deps, owner, databaseUrl }: BenchWorld, pages: number): Promise<Figure[]> {
  await owner.db.query("benchAnalyze", "analyze");
  const { token } = await createToken(deps, { actor: "bench", principal: "bench", roles: ["reader"] });
  const server = await startReadServer("cadastre", databaseUrl, deps.config.dataDir);
  try {
    const past = deps.clock.now().toISOString();
    const ways = [{}, { asOf: past, knownAt: past }];
    await pageLatencies(server.url, token, ways, Math.ceil(pages / 10)); // Warms up.
    const [present, former] = (await pageLatencies(server.url, token, ways, pages)) as [number[], number[]];
    return [
      { bench, name: "matrix page of 50 entities, p99", value: percentile(present, 0.99), unit: "ms", bound: { most: 50 } },
      {
        bench, name: "the same in the past, median", value: percentile(former, 0.5), unit: "ms",
        yardstick: { name: "in the present", value: percentile(present, 0.5) }, bound: { most: 2 },
      },
      {
        bench, name: "the same in the past, p99", value: percentile(former, 0.99), unit: "ms",
        yardstick: { name: "in the present", value: percentile(present, 0.99) }, bound: { most: 2 },
      },
    ];
  } finally {
    await server.close();
  }
}

async function apply(deps: Deps, files: readonly { path: string; text: string }[]): Promise<void> {
  const report = await importDescriptors(deps, {
    actor: "bench", source: "bench", format: "AUTO", document: "", files: files.map(({ path, text }) => ({ path, document: text })), dryRun: false,
  });
  if (report.errors.length > 0) throw new Error(report.errors.slice(0, 5).join("\n"));
}
