import { Pool } from "undici";
import { createToken } from "../src/access";
import type { Deps } from "../src/platform/deps";
import { accessLine, sourceOf } from "./access-events";
import { type Benchmark, type Figure, percentile, shareOf } from "./harness";
import { insertSeconds } from "./inserted-rows";
import { PublishedSizes } from "./published-sizes";
import { startReadServer } from "./read-servers";
import { openBenchWorld } from "./world";

/** Calls in flight, each on a connection and with a token of its own: a limit holds for a token. */
const CONNECTIONS = 16;
const BATCH = 500;
const WARM_UP_SECONDS = 3;
const SECONDS = 60;
const INSERTED = 100_000;

/**
 * Accesses over HTTP to a server in a process of its own that also gives them their places in the log and signs: counted once they are under a
 * published checkpoint, every commit on the disk; beside plain INSERT of the same rows.
 */
export const auditIngestBenchmark: Benchmark = {
  name: "audit-ingest",
  async run(effort: number): Promise<Figure[]> {
    const world = await openBenchWorld();
    const { deps } = world;
    const server = await startReadServer("working", world.databaseUrl, deps.config.dataDir);
    const { origin } = new URL(server.url);
    const published = new PublishedSizes(origin);
    try {
      const load = new Load(origin, await Promise.all(Array.from({ length: CONNECTIONS }, (_, at) => tokenOf(deps, at))));
      await load.run(WARM_UP_SECONDS * effort, deps);
      const first = load.answeredAt.length;
      await published.reached(await countEntries(deps));
      const begun = performance.now();
      await load.run(SECONDS * effort, deps);
      await load.close();
      const took = ((await published.reached(await countEntries(deps))) - begun) / 1000;
      const lags = lagsOf(await readIndexes(deps), load.answeredAt, published).slice(first);
      const rate = (load.answeredAt.length - first) / took;
      const rows = shareOf(INSERTED, effort);
      const inserted = rows / (await insertSeconds(world.owner, { audit_entries: "leaf_index", audit_entry_facts: "id" }, rows));
      const figure = { bench: this.name, name: `accesses in batches of ${BATCH}, under a checkpoint`, value: rate, unit: "entries/s" };
      return [
        { ...figure, bound: { least: 3000 } },
        { ...figure, name: "the same, against their rows", yardstick: { name: "INSERT of the same rows", value: inserted }, bound: { least: 0.2 } },
        { bench: this.name, name: "from the answer to the first checkpoint over it, p99", value: percentile(lags, 0.99) / 1000, unit: "s", bound: { most: 2 } },
      ];
    } finally {
      await published.stop();
      await server.close();
      await world.close();
    }
  },
};

const tokenOf = async (deps: Deps, at: number): Promise<string> => (await createToken(deps, { actor: "bench", principal: `service-${at}`, roles: ["service"], service: `service-${at}` })).token;

/** Services that report as fast as they are answered. */
class Load {
  /** By the number of the event. */
  readonly answeredAt: number[] = [];
  private readonly pool: Pool;
  private sent = 0;

  constructor(
    origin: string,
    private readonly tokens: readonly string[],
  ) {
    this.pool = new Pool(origin, { connections: tokens.length });
  }

  async run(seconds: number, { clock }: Deps): Promise<void> {
    const end = performance.now() + seconds * 1000;
    await Promise.all(this.tokens.map(async (token) => {
      while (performance.now() < end) await this.post(token, clock.now());
    }));
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private async post(token: string, now: Date): Promise<void> {
    const first = this.sent;
    this.sent += BATCH;
    const body = Array.from({ length: BATCH }, (_, at) => accessLine(first + at, now)).join("\n");
    const headers = { "content-type": "application/x-ndjson", authorization: `Bearer ${token}` };
    const response = await this.pool.request({ path: "/audit/events", method: "POST", headers, body });
    let answer = "";
    for await (const chunk of response.body) answer += (chunk as Buffer).toString();
    const lines = answer.trim().split("\n");
    if (lines.length !== BATCH || !lines.every((line) => line.includes('"recorded"'))) throw new Error(`/audit/events answered ${response.statusCode}: ${answer.slice(0, 300)}`);
    for (let at = 0; at < BATCH; at += 1) this.answeredAt[first + at] = performance.now();
  }
}

const countEntries = async ({ db }: Deps): Promise<number> => {
  const [row] = await db.query<{ next: number }>("benchNextIndex", "select next_index::float8 as next from audit_log");
  return row?.next ?? 0;
};

/** The leaf of each event, by its number. */
async function readIndexes({ db }: Deps): Promise<number[]> {
  const rows = await db.query<{ number: number; index: number }>(
    "benchIndexes",
    `select split_part(f.source, ' ${sourceOf(0).replace("0", "")}', 2)::int as number, e.leaf_index::float8 as index
     from audit_entries e join audit_entry_facts f using (id) where f.action = 'access.data'`,
  );
  const indexes: number[] = [];
  for (const { number, index } of rows) indexes[number] = index;
  return indexes;
}

/** Milliseconds between an event's answer and the first checkpoint over its entry. */
function lagsOf(indexes: readonly number[], answeredAt: readonly number[], published: PublishedSizes): number[] {
  return indexes.map((leaf, number) => Math.max(0, (published.firstCover(leaf) ?? Infinity) - (answeredAt[number] as number)));
}
