import { deepStrictEqual } from "node:assert/strict";
import { request } from "undici";
import { createToken } from "../src/access";
import { type Benchmark, type Figure, median, shareOf } from "./harness";
import { requestsPerSecond, type Target } from "./load";
import { seedCatalog } from "./read-catalog";
import { READ_QUERY } from "./read-query";
import { type ServerName, startReadServer } from "./read-servers";
import { openBenchWorld } from "./world";

const NAMES = ["cadastre", "mercurius", "bare"] as const satisfies readonly ServerName[];
const RUNS = 7;
const WARM_UP_SECONDS = 3;
const RUN_SECONDS = 2;

/**
 * 100 entities with owner, datasets and fields, over HTTP with a token. Three servers in processes of their own on the same database take
 * turns, so that what else the machine does meets them alike: ours; Mercurius on the same SQL and loaders; one SQL statement over node:http.
 */
export const graphqlReadBenchmark: Benchmark = {
  name: "graphql-read",
  async run(effort: number): Promise<Figure[]> {
    const world = await openBenchWorld();
    const { deps } = world;
    await seedCatalog(deps);
    const { token } = await createToken(deps, { actor: "bench", principal: "bench", roles: ["reader"] });
    const servers = await Promise.all(NAMES.map((name) => startReadServer(name, world.databaseUrl, deps.config.dataDir)));
    try {
      const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
      const body = JSON.stringify({ query: READ_QUERY, variables: { first: 100 } });
      const targets = servers.map(({ url }): Target => ({ url, headers, body }));
      await requireSameAnswers(targets);
      for (const target of targets) await requestsPerSecond(target, WARM_UP_SECONDS * effort);
      const rates: number[][] = targets.map(() => []);
      for (let run = 0; run < shareOf(RUNS, effort); run += 1) {
        for (const [at, target] of targets.entries()) rates[at]?.push(await requestsPerSecond(target, RUN_SECONDS * effort));
      }
      const [value, mercurius, bare] = rates.map(median) as [number, number, number];
      const figure = { bench: this.name, name: "100 entities with owner, datasets and fields", value, unit: "/s" };
      return [
        { ...figure, yardstick: { name: "Mercurius with JIT", value: mercurius }, bound: { least: 0.9 } },
        { ...figure, yardstick: { name: "one SQL statement", value: bare }, bound: { least: 0.12 } },
      ];
    } finally {
      await Promise.all(servers.map((server) => server.close()));
      await world.close();
    }
  },
};

async function requireSameAnswers(targets: readonly Target[]): Promise<void> {
  const answers = await Promise.all(
    targets.map(async ({ url, headers, body }) => (await request(url, { method: "POST", headers, body })).body.json() as Promise<Answer>),
  );
  const [first] = answers;
  if (first?.data?.entities.edges.length !== 100) throw new Error(`expected 100 entities, got ${JSON.stringify(first).slice(0, 500)}`);
  for (const answer of answers) deepStrictEqual(answer, first);
}

interface Answer {
  readonly data?: { readonly entities: { readonly edges: readonly unknown[] } };
}
