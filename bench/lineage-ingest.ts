import { Pool } from "undici";
import { createToken, type Role } from "../src/access";
import type { Deps } from "../src/platform/deps";
import { copySeconds } from "./copied-rows";
import { type Benchmark, type Figure, secondsOf, shareOf } from "./harness";
import { edgeText, idOfTable, runText } from "./ingest-events";
import { openAsker } from "./lineage-calls";
import { startReadServer } from "./read-servers";
import { openBenchWorld } from "./world";

/** Calls in flight, each on a connection and with a token of its own: a limit holds for a token. */
const CONNECTIONS = 16;
const WARM_UP_SECONDS = 3;
const SINGLES_SECONDS = 10;
const BATCHES = 300;
const BATCH = 100;
const READS = 300;
const WRITTEN = ["datasets", "fields", "jobs", "job_runs", "flows", "custody_flows", "kept_facets", "dataset_freshness"];

/**
 * OpenLineage events of 2 kB over HTTP to a server in a process of its own, every commit on the disk: one at a time and in batches, beside COPY of the
 * rows that they leave; then a new edge each, and whether the very next read shows it.
 */
export const lineageIngestBenchmark: Benchmark = {
  name: "lineage-ingest",
  async run(effort: number): Promise<Figure[]> {
    const world = await openBenchWorld();
    const { deps } = world;
    const server = await startReadServer("cadastre", world.databaseUrl, deps.config.dataDir);
    const { origin } = new URL(server.url);
    const pool = new Pool(origin, { connections: CONNECTIONS });
    const tokens = await Promise.all(Array.from({ length: CONNECTIONS }, (_, at) => tokenOf(deps, `producer-${at}`, ["producer"])));
    let sent = 0;
    const post = async (path: string, body: string, connection: number): Promise<string> => {
      const headers = { "content-type": "application/json", authorization: `Bearer ${tokens[connection]}` };
      const response = await pool.request({ path, method: "POST", headers, body });
      const text = await response.body.text();
      if (response.statusCode >= 300) throw new Error(`${path} answered ${response.statusCode}: ${text.slice(0, 300)}`);
      return text;
    };
    /** Each connection works until it is told that there is no more to do. */
    const onAll = (work: (connection: number) => Promise<void>, goesOn: () => boolean): Promise<unknown> =>
      Promise.all(Array.from({ length: CONNECTIONS }, async (_, connection) => {
        while (goesOn()) await work(connection);
      }));
    const singles = async (seconds: number): Promise<number> => {
      const [before, end] = [sent, performance.now() + seconds * 1000];
      const took = await secondsOf(() => onAll(async (connection) => void (await post("/api/v1/lineage", runText(sent++), connection)), () => performance.now() < end));
      return (sent - before) / took;
    };
    const batches = async (count: number): Promise<number> => {
      let left = count;
      const took = await secondsOf(() => onAll(async (connection) => {
        const texts = Array.from({ length: BATCH }, () => runText(sent++));
        const { summary } = JSON.parse(await post("/api/v1/lineage/batch", `[${texts.join(",")}]`, connection)) as { summary: { successful: number } };
        if (summary.successful !== BATCH) throw new Error(`of a batch only ${summary.successful} were taken`);
      }, () => left-- > 0));
      return (count * BATCH) / took;
    };
    try {
      await singles(WARM_UP_SECONDS * effort);
      const single = await singles(SINGLES_SECONDS * effort);
      await batches(shareOf(BATCHES, effort * 0.1));
      const batched = await batches(shareOf(BATCHES, effort));
      const copied = sent / (await copySeconds(world.owner, WRITTEN));
      const misses = await missedReads(deps, server.url, (text) => post("/api/v1/lineage", text, 0), shareOf(READS, effort));
      const figure = { bench: this.name, unit: "events/s" };
      return [
        { ...figure, name: "single events of 2 kB", value: single, bound: { least: 1000 } },
        { ...figure, name: "in batches of 100", value: batched, bound: { least: 4000 } },
        { ...figure, name: "in batches of 100, against their rows", value: batched, yardstick: { name: "COPY of the same rows", value: copied }, bound: { least: 0.02 } },
        { bench: this.name, name: `of ${shareOf(READS, effort)} new edges, not seen by the next read`, value: misses, unit: "", bound: { most: 0 } },
      ];
    } finally {
      await pool.close();
      await server.close();
      await world.close();
    }
  },
};

const tokenOf = async (deps: Deps, principal: string, roles: Role[]): Promise<string> => (await createToken(deps, { actor: "bench", principal, roles })).token;

async function missedReads(deps: Deps, url: string, post: (text: string) => Promise<string>, count: number): Promise<number> {
  const asker = openAsker(url, await tokenOf(deps, "reader", ["reader"]));
  let misses = 0;
  try {
    for (let at = 0; at < count; at += 1) {
      const leaf = `fresh.leaf_${at}`;
      await post(edgeText("fresh.hub", leaf));
      const { nodes } = await asker.lineage({ of: idOfTable("fresh.hub"), direction: "DOWNSTREAM", depth: 1 });
      if (!nodes.some(({ id }) => id === idOfTable(leaf))) misses += 1;
    }
    return misses;
  } finally {
    await asker.close();
  }
}
