import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importDescriptors } from "../src/catalog/use-cases/import-descriptors";
import type { Deps } from "../src/platform/deps";
import { type Benchmark, type Figure, secondsOf, shareOf } from "./harness";
import { FIELDS_EACH, registerBundle } from "./register-bundle";
import { openBenchWorld } from "./world";

const SIZE = { services: 2000, entities: 20_000, datasets: 100_000 };
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
      const copied = await copySeconds(world.deps);
      const rows = size.datasets * (FIELDS_EACH + 1);
      return [
        {
          bench: this.name, name: `apply of ${size.datasets.toLocaleString("en-US")} datasets with fields`, value: rows / applied, unit: "rows/s",
          yardstick: { name: "COPY of the same rows", value: rows / copied }, bound: { least: 0 },
        },
      ];
    } finally {
      await world.close();
    }
  },
};

async function apply(deps: Deps, files: readonly { path: string; text: string }[]): Promise<void> {
  const report = await importDescriptors(deps, {
    actor: "bench", source: "bench", format: "AUTO", document: "", files: files.map(({ path, text }) => ({ path, document: text })), dryRun: false,
  });
  if (report.errors.length > 0) throw new Error(report.errors.slice(0, 5).join("\n"));
}

/** COPY of the rows that the import has written into tables of the same form, indexes included, from files that the server reads. */
async function copySeconds({ db }: Deps): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "cadastre-copy-"));
  chmodSync(folder, 0o777); // The server may be another user.
  try {
    for (const table of COPIED) {
      await db.query(`benchCopyOut_${table}`, `copy ${table} to '${folder}/${table}'`);
      await db.query(`benchCopyTable_${table}`, `create table copy_of_${table} (like ${table} including all)`);
    }
    return await secondsOf(async () => {
      for (const table of COPIED) await db.query(`benchCopyIn_${table}`, `copy copy_of_${table} from '${folder}/${table}'`);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
