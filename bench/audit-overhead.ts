import { assignOwnership } from "../src/catalog/use-cases/assign-ownership";
import { registerDataset } from "../src/catalog/use-cases/register-dataset";
import { registerEntity } from "../src/catalog/use-cases/register-entity";
import type { Deps } from "../src/platform/deps";
import { type Benchmark, type Figure, median, secondsOf, shareOf } from "./harness";
import { seedCatalog } from "./read-catalog";
import { openBenchWorld } from "./world";

const RUNS = 1500;
const WARM_UP = 0.1;
const FIELDS = Array.from({ length: 10 }, (_, at) => ({ name: `column_${at}`, type: "text", categories: ["user.contact.email"] }));

/** Changes that are told apart by their number; the later ones build on what the first has left. */
const MUTATIONS: Readonly<Record<string, (deps: Deps, at: number) => Promise<unknown>>> = {
  registerEntity: (deps, at) => registerEntity(deps, { actor: "bench", key: `fresh-${at}`, name: `Fresh entity number ${at}`, domain: "domain-1" }),
  assignOwnership: (deps, at) => assignOwnership(deps, { actor: "bench", entity: `fresh-${at}`, service: "service-1", role: "READER" }),
  registerDataset: (deps, at) =>
    registerDataset(deps, { actor: "bench", namespace: "postgres://service-1:5432", name: `public.fresh_${at}`, service: "service-1", entities: [`fresh-${at}`], fields: FIELDS }),
};

/** The same mutations with their audit entry and with its statement passed over, in turns, so that what else the machine does meets them alike. */
export const auditOverheadBenchmark: Benchmark = {
  name: "audit-overhead",
  async run(effort: number): Promise<Figure[]> {
    const world = await openBenchWorld();
    try {
      await seedCatalog(world.deps);
      const ways = [world.deps, withoutEntries(world.deps)];
      const runs = shareOf(RUNS, effort);
      const figures: Figure[] = [];
      for (const [name, mutate] of Object.entries(MUTATIONS)) {
        const taken: [number[], number[]] = [[], []];
        let drawn = 0;
        for (let run = -shareOf(runs, WARM_UP); run < runs; run += 1) {
          for (const way of run % 2 === 0 ? [0, 1] : [1, 0]) {
            const milliseconds = 1000 * (await secondsOf(() => mutate(ways[way] as Deps, drawn)));
            drawn += 1;
            if (run >= 0) taken[way]?.push(milliseconds);
          }
        }
        const [audited, bare] = taken.map(median) as [number, number];
        figures.push({
          bench: this.name, name: `${name} with its audit entry, median`, value: audited, unit: "ms", yardstick: { name: "without", value: bare }, bound: { most: 1.15 },
        });
      }
      return figures;
    } finally {
      await world.close();
    }
  },
};

/** Passes over the one statement that writes entries; sealing them goes with it for next to nothing. */
function withoutEntries(deps: Deps): Deps {
  return {
    ...deps,
    transaction: (work) =>
      deps.transaction((tx) => work({ ...tx, send: (name, text, values) => name === "insertAuditEntries" || tx.send(name, text, values) })),
  };
}
