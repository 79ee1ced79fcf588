import { randomUUID } from "node:crypto";
import { authenticate, createToken } from "../../../src/access";
import { recordDenied } from "../../../src/audit";
import { registerDataset } from "../../../src/catalog/use-cases/register-dataset";
import { registerService } from "../../../src/catalog/use-cases/register-service";
import { createDispatcher, type Dispatcher, enqueueOrders, type NewOrder } from "../../../src/dispatch";
import { dispatchRoutes } from "../../../src/dispatch/http/dispatch-routes";
import { Metrics } from "../../../src/platform/http/metrics";
import { HttpServer } from "../../../src/platform/http/server";
import { createOutbound, type Outbound } from "../../../src/platform/outbound/outbound";
import { setup, type World } from "../../support/setup";
import { createTestOwner, type TestOwner } from "./test-owner";
import { startService, type TestService } from "./test-service";

/** An order as the database has it. */
export interface OrderState {
  readonly state: string;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly deadReason: string | null;
}

/** Delivery with everything around it real: database, services behind HTTP, our own doors. Only the clock stands still. */
export interface DeliveryWorld extends World {
  readonly owner: TestOwner;
  readonly outbound: Outbound;
  readonly dispatcher: Dispatcher;
  /** Where our doors listen. */
  readonly url: string;
  /** Starts a service and registers it, with its datasets. */
  service(key: string, options?: { timeoutMs?: number; datasets?: number }): Promise<TestService>;
  /** Numbers of a service's datasets. */
  datasets(service: TestService): readonly number[];
  /** Enqueues an `erase` order over all datasets of the service, unless told otherwise; answers its id. */
  order(service: TestService, changes?: Partial<NewOrder>): Promise<string>;
  /** Delivers until nothing is due at this instant. */
  deliver(): Promise<void>;
  find(orderId: string): Promise<OrderState>;
  /** When the order is tried next; undefined where it is not in the queue. */
  dueAt(orderId: string): Promise<Date | undefined>;
  /** A bearer token of the service. */
  token(service: TestService): Promise<string>;
}

export const NAMESPACE = "postgres://shop:5432";

export async function createDeliveryWorld(): Promise<DeliveryWorld> {
  const world = await setup({ config: { CADASTRE_OUTBOUND_ALLOW: "127.0.0.0/8", CADASTRE_PUBLIC_URL: "https://cadastre.example" } });
  const { deps } = world;
  const owner = await createTestOwner(deps);
  const outbound = createOutbound({ allow: deps.config.outboundAllow });
  const dispatcher = createDispatcher(deps, { outbound, owners: [owner] });
  const stopping = new AbortController();
  const server = new HttpServer({
    log: deps.log,
    ids: deps.ids,
    routes: dispatchRoutes(deps, [owner]),
    authenticate: (authorization) => authenticate(deps, authorization),
    recordDenied: (denial) => recordDenied(deps, denial),
    metrics: new Metrics(),
    stopping: stopping.signal,
  });
  const port = await server.listen(0, "127.0.0.1");
  const services: TestService[] = [];
  const numbers = new Map<string, number[]>();
  const actor = "tester";

  return {
    ...world,
    owner,
    outbound,
    dispatcher,
    url: `http://127.0.0.1:${port}`,
    async service(key, { timeoutMs, datasets = 1 } = {}) {
      const service = await startService(key, world.clock);
      services.push(service);
      await registerService(deps, { actor, key, name: key, endpointUrl: service.url, publicKey: service.publicKey, timeoutMs });
      const registered = [];
      for (let at = 1; at <= datasets; at += 1) {
        registered.push((await registerDataset(deps, { actor, namespace: NAMESPACE, name: `${key}.table_${at}`, service: key })).number);
      }
      numbers.set(key, registered);
      return service;
    },
    datasets: (service) => numbers.get(service.key) ?? [],
    async order(service, changes = {}) {
      const order: NewOrder = {
        owner: owner.name, ownerRef: randomUUID(), service: service.key, kind: "erase", datasets: numbers.get(service.key) ?? [], due: null, ...changes,
      };
      return (await deps.transaction((tx) => enqueueOrders(tx, [order])))[0] as string;
    },
    async deliver() {
      while ((await dispatcher.runOnce()) > 0);
    },
    async find(orderId) {
      const [order] = await deps.db.query<OrderState>(
        "findOrderState",
        `select state, attempts, last_error as "lastError", dead_reason as "deadReason" from orders where id = $1`,
        [orderId],
      );
      return order as OrderState;
    },
    async dueAt(orderId) {
      const [row] = await deps.db.query<{ dueAt: Date }>("findDueAt", `select due_at as "dueAt" from order_queue where order_id = $1`, [orderId]);
      return row?.dueAt;
    },
    async token(service) {
      const { token } = await createToken(deps, { principal: `${service.key}-app`, roles: ["service"], service: service.key, actor });
      return token;
    },
    async close() {
      await dispatcher.stop();
      await outbound.close();
      stopping.abort();
      await server.close(0);
      await Promise.all(services.map((service) => service.close()));
      await world.close();
    },
  };
}
