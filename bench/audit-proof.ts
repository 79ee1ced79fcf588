import { createToken } from "../src/access";
import { openSigner } from "../src/audit/outbound/checkpoint-signer";
import { checkPresentLog } from "../src/audit/use-cases/check-log";
import { publishCheckpoint } from "../src/audit/use-cases/publish-checkpoint";
import type { Deps } from "../src/platform/deps";
import { verifyProof } from "../src/protocol/tlog/proof-verification";
import { AuditCalls, type AuditFilter } from "./audit-calls";
import { actorOf, changeBefore, datasetOf, deniedBefore, emailOf, purposeOf, writeEntries } from "./audit-rows";
import { type Benchmark, type Figure, percentile, secondsOf, shareOf } from "./harness";
import { seededRandom } from "./lineage-shape";
import { startReadServer } from "./read-servers";
import { type BenchWorld, openBenchWorld } from "./world";

const ENTRIES = 10_000_000;
const PROOFS = 1000;
const PAGES = 300;
const WARM_UP = 0.1;

/** Filters that few of the entries match, by what they ask; each page takes them from another entry. */
const FILTERS: Readonly<Record<string, (at: number) => AuditFilter>> = {
  actor: (at) => ({ actor: actorOf(at) }),
  dataset: (at) => ({ dataset: datasetOf(at) }),
  "changes of a dataset": (at) => ({ object: datasetOf(changeBefore(at)), action: "catalog.register-dataset" }),
  person: (at) => ({ identifier: { type: "email", value: emailOf(at) } }),
  "person and purpose": (at) => ({ identifier: { type: "email", value: emailOf(at) }, purpose: purposeOf(at) }),
  "purpose and field": (at) => ({ purpose: purposeOf(at), field: "email" }),
  "actor and purpose": (at) => ({ actor: actorOf(at), purpose: purposeOf(at) }),
  "rare basis": () => ({ basis: "vital-interests" }),
  "denied to an actor": (at) => ({ actor: actorOf(deniedBefore(at)), outcome: "denied" }),
};

/** A log of ten million entries: proofs and searches over HTTP from a server that goes on signing, a proof verified, and all of it checked. */
export const auditProofBenchmark: Benchmark = {
  name: "audit-proof",
  async run(effort: number): Promise<Figure[]> {
    const world = await openBenchWorld();
    const { deps } = world;
    try {
      // With less effort, much less: what takes the time is writing them.
      const count = shareOf(ENTRIES, effort ** 2);
      const written = await secondsOf(() => writeEntries(world.owner, count));
      const signed = await secondsOf(async () => {
        while (await publishCheckpoint(deps));
      });
      process.stderr.write(`${count.toLocaleString("en-US")} entries written in ${Math.round(written)} s, their tree made in ${Math.round(signed)} s\n`);
      const checked = await secondsOf(() => requireSound(deps, count));
      const figure = { bench: this.name };
      return [
        ...(await callFigures(this.name, world, count, effort)),
        { ...figure, name: `full check of ${count.toLocaleString("en-US")} entries`, value: count / checked, unit: "entries/s", bound: { least: 80_000 } },
        { ...figure, name: "their tree made and signed", value: count / signed, unit: "entries/s", bound: { least: 3000 } },
      ];
    } finally {
      await world.close();
    }
  },
};

async function requireSound(deps: Deps, size: number): Promise<void> {
  const found = await checkPresentLog(deps, {});
  if (!found.ok || found.size !== size) throw new Error(`the log is not sound: ${JSON.stringify(found)}`);
}

async function callFigures(bench: string, { deps, databaseUrl }: BenchWorld, count: number, effort: number): Promise<Figure[]> {
  const { token } = await createToken(deps, { actor: "bench", principal: "bench", roles: ["auditor"] });
  const server = await startReadServer("working", databaseUrl, deps.config.dataDir);
  const calls = new AuditCalls(server.url, token);
  const random = seededRandom(5);
  const draw = (): number => Math.floor(random() * count);
  try {
    const ids = await idsAt(deps, Array.from({ length: shareOf(PROOFS, effort) }, draw));
    const proofs: string[] = [];
    const proven = await latencies(ids, async (id) => void proofs.push(await calls.proof(id)));
    const trusted = { vkeys: openSigner(deps.config, deps.keyring).vkeys(deps.config.auditOrigin), nameless: [] };
    const verified = await latencies(proofs, async (proof) => {
      if (verifyProof(proof, { keys: trusted }).verdict !== "GENUINE") throw new Error("a proof is not genuine");
    });
    const pages: { readonly name: string; readonly p99: number }[] = [];
    for (const [name, filter] of Object.entries(FILTERS)) {
      let found = 0;
      const taken = await latencies(Array.from({ length: shareOf(PAGES, effort) }, draw), async (at) => void (found += await calls.entries(filter(at), at % 2 === 0)));
      if (found === 0) throw new Error(`nothing was found by ${name}`);
      pages.push({ name, p99: percentile(taken, 0.99) });
    }
    const slowest = pages.reduce((one, other) => (other.p99 > one.p99 ? other : one));
    process.stderr.write(`${pages.map(({ name, p99 }) => `${name} ${p99.toFixed(1)} ms`).join(", ")}\n`);
    return [
      { bench, name: `proof of an entry among ${count.toLocaleString("en-US")} over HTTP, p99`, value: percentile(proven, 0.99), unit: "ms", bound: { most: 20 } },
      { bench, name: "verification of one proof, p99", value: percentile(verified, 0.99), unit: "ms", bound: { most: 5 } },
      { bench, name: `page of 50 by the slowest of ${pages.length} selective filters (${slowest.name}), p99`, value: slowest.p99, unit: "ms", bound: { most: 50 } },
    ];
  } finally {
    await calls.close();
    await server.close();
  }
}

async function idsAt({ db }: Deps, indexes: readonly number[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>("benchIdsAt", "select id from audit_entries where leaf_index = any($1)", [indexes]);
  return rows.map(({ id }) => id);
}

/** Milliseconds of each call, one after the other; the first tenth is made twice, to warm up. */
async function latencies<Item>(items: readonly Item[], call: (item: Item) => Promise<void>): Promise<number[]> {
  for (const item of items.slice(0, shareOf(items.length, WARM_UP))) await call(item);
  const taken: number[] = [];
  for (const item of items) taken.push(1000 * (await secondsOf(() => call(item))));
  return taken;
}
