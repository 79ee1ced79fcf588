import { Pool } from "undici";
import { registerDataset } from "../src/catalog/use-cases/register-dataset";
import { registerService } from "../src/catalog/use-cases/register-service";
import { createDispatcher, enqueueOrders, type OrderEvent, type OrderOwner } from "../src/dispatch";
import type { Deps } from "../src/platform/deps";
import { createOutbound } from "../src/platform/outbound/outbound";
import { parseSigningKey, signMessage } from "../src/protocol";
import { findDatasetIds } from "../src/catalog/storage/plan-queries";
import { type Endpoints, startEndpoints } from "./endpoints";
import { type Benchmark, type Figure, median, secondsOf, shareOf } from "./harness";
import { openBenchWorld } from "./world";

const ENDPOINTS = 50;
const ORDERS_EACH = 200;
const RUNS = 5;
const SLOTS = 64;
const NAMESPACE = "postgres://bench:5432";
const IDENTITY = { identity_type: "email", identity_value: "ada@example.org", identity_format: "raw" as const };

/**
 * 10,000 orders to 50 endpoints: enqueued, then delivered signed, answered signed, verified, recorded and audited durably. The yardstick is a
 * bare loop on the same client that signs and posts the same bodies with as many connections, and neither verifies nor records anything.
 */
export const fanOutBenchmark: Benchmark = {
  name: "fan-out",
  async run(effort: number): Promise<Figure[]> {
    const orders = ENDPOINTS * shareOf(ORDERS_EACH, effort);
    const world = await openBenchWorld();
    const alive = await startEndpoints(ENDPOINTS);
    const oneDead = await startEndpoints(ENDPOINTS, 1);
    try {
      const all = await registerCompany(world.deps, "alive", alive);
      const some = await registerCompany(world.deps, "mixed", oneDead);
      const enqueued: number[] = [];
      const rates: number[] = [];
      const bare: number[] = [];
      const beside: number[] = [];
      for (let run = 0; run < shareOf(RUNS, effort); run += 1) {
        bare.push(await bareLoop(world.deps, alive, orders));
        const full = await deliver(world.deps, all, all.length, orders);
        enqueued.push(full.enqueueSeconds);
        rates.push(full.perSecond);
        beside.push((await deliver(world.deps, some, ENDPOINTS - 1, orders)).perSecond);
      }
      const rate = median(rates);
      return [
        { bench: this.name, name: `enqueue ${orders.toLocaleString("en-US")} orders`, value: median(enqueued), unit: "s", bound: { most: 1 } },
        { bench: this.name, name: "signed deliveries, against a bare loop", value: rate, unit: "/s", yardstick: { name: "undici loop", value: median(bare) }, bound: { least: 0.25 } },
        { bench: this.name, name: "signed deliveries", value: rate, unit: "/s", bound: { least: 500 } },
        { bench: this.name, name: "the others, beside a dead endpoint", value: median(beside), unit: "/s", yardstick: { name: "none dead", value: rate }, bound: { least: 0.9 } },
      ];
    } finally {
      alive.close();
      oneDead.close();
      await world.close();
    }
  },
};

interface Target {
  readonly service: string;
  readonly dataset: number;
}

async function registerCompany(deps: Deps, prefix: string, endpoints: Endpoints): Promise<Target[]> {
  const targets: Target[] = [];
  for (const [at, endpointUrl] of endpoints.urls.entries()) {
    const service = `${prefix}-${at}`;
    await registerService(deps, { actor: "bench", key: service, name: service, endpointUrl, publicKey: endpoints.publicKey, kinds: ["erase"] });
    await registerDataset(deps, { actor: "bench", namespace: NAMESPACE, name: service, service, identifierTypes: ["email"] });
    const ids = await findDatasetIds(deps.db, [{ namespace: NAMESPACE, name: service }]);
    targets.push({ service, dataset: [...ids.values()][0] as number });
  }
  return targets;
}

/** Delivers the orders of the first `living` targets to the last one; those of a dead target are tried all along beside them. */
async function deliver(deps: Deps, targets: readonly Target[], living: number, count: number): Promise<{ enqueueSeconds: number; perSecond: number }> {
  const ownerRef = deps.ids.uuid();
  const wanted = (count / targets.length) * living;
  let answered = 0;
  let allAnswered = (): void => undefined;
  const finished = new Promise<void>((resolve) => (allAnswered = resolve));
  const owner: OrderOwner = {
    name: "bench",
    renderOrders: async (_reader, orders) => new Map(orders.map((order) => [order.id, { identities: [IDENTITY] }])),
    recordEvents: async (tx, events: readonly OrderEvent[]) => {
      const done = events.filter((event) => event.type === "ANSWERED").length;
      tx.afterCommit(() => {
        answered += done;
        if (answered >= wanted) allAnswered();
      });
    },
  };
  const orders = Array.from({ length: count }, (_, at) => {
    const { service, dataset } = targets[at % targets.length] as Target;
    return { owner: owner.name, ownerRef, service, kind: "erase" as const, datasets: [dataset], due: null };
  });
  const enqueueSeconds = await secondsOf(() => deps.transaction((tx) => enqueueOrders(tx, orders)));
  const outbound = createOutbound({ allow: deps.config.outboundAllow });
  const dispatcher = createDispatcher(deps, { outbound, owners: [owner], drainMs: 0 });
  const seconds = await secondsOf(async () => {
    dispatcher.start();
    await finished;
  });
  void outbound.close();
  await dispatcher.stop();
  await deps.transaction((tx) => tx.execute("benchForgetQueue", "delete from order_queue"));
  return { enqueueSeconds, perSecond: wanted / seconds };
}

async function bareLoop(deps: Deps, endpoints: Endpoints, count: number): Promise<number> {
  const key = parseSigningKey((deps.keyring.orderKeys[0] as { privateKey: Parameters<typeof parseSigningKey>[0] }).privateKey);
  const pools = endpoints.urls.map((url) => new Pool(new URL(url).origin, { connections: SLOTS }));
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const at = next++ % pools.length;
      const orderId = deps.ids.uuid();
      const body = JSON.stringify({
        orderId, kind: "erase", attempt: 1, audience: `service:alive-${at}`, submitted_time: new Date().toISOString(), dryRun: false,
        subject_identities: [IDENTITY], datasets: [{ namespace: NAMESPACE, name: `alive-${at}` }], status_callback_urls: [`${deps.config.publicUrl}/orders/${orderId}/receipt`],
      });
      const headers = { "content-type": "application/json", ...signMessage(orderId, new Date(), body, [key]) };
      const answer = await (pools[at] as Pool).request({ path: "/orders", method: "POST", headers, body });
      await answer.body.text();
    }
  };
  const seconds = await secondsOf(() => Promise.all(Array.from({ length: SLOTS }, work)));
  await Promise.all(pools.map((pool) => pool.close()));
  return count / seconds;
}
