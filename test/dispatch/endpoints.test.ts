import { createDispatcher, type Dispatcher } from "../../src/dispatch";
import { waitFor } from "../support/wait-for";
import { createDeliveryWorld, type DeliveryWorld } from "./support/delivery-world";
import type { TestService } from "./support/test-service";

let world: DeliveryWorld;
beforeEach(async () => void (world = await createDeliveryWorld()));
afterEach(() => world.close());

const orders = (service: TestService, count: number): Promise<string[]> => Promise.all(Array.from({ length: count }, () => world.order(service)));
const states = async (ids: readonly string[]): Promise<string[]> => Promise.all(ids.map(async (id) => (await world.find(id)).state));
const anotherWorker = (): Dispatcher => createDispatcher(world.deps, { outbound: world.outbound, owners: [world.owner] });
const limit = (service: TestService, column: "max_in_flight" | "rate_per_second" | "burst" | "tokens", value: number) =>
  world.deps.db.query(`limit_${column}`, `update endpoints set ${column} = $2 where service_key = $1`, [service.key, value]);

/** A service whose calls stay open until it is told. */
async function slowService(key: string): Promise<{ service: TestService; finish: () => void; open: () => number }> {
  const service = await world.service(key);
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  let open = 0;
  service.reply = async ({ order }) => {
    open += 1;
    await finished;
    open -= 1;
    return service.answered(order);
  };
  return { service, finish, open: () => open };
}

test("a service has 8 calls in flight at most, over all workers", async () => {
  const { service, finish, open } = await slowService("slow");
  await orders(service, 30);
  const workers = [world.dispatcher, anotherWorker(), anotherWorker()];
  const rounds = workers.map((worker) => worker.runOnce());
  await waitFor(() => open() === 8);
  expect(await anotherWorker().runOnce()).toBe(0);
  finish();
  const claimed = (await Promise.all(rounds)).reduce((sum, count) => sum + count, 0);
  expect(claimed).toBe(8);
});

test("one service that hangs leaves the slots to the others", async () => {
  const { service: dead, finish, open } = await slowService("hanging");
  await orders(dead, 100);
  const quick = await Promise.all(Array.from({ length: 5 }, (_, at) => world.service(`quick-${at}`)));
  const ids = (await Promise.all(quick.map((service) => orders(service, 20)))).flat();
  world.dispatcher.start();
  await waitFor(async () => (await states(ids)).every((state) => state === "ANSWERED"));
  expect(open()).toBe(8);
  finish();
});

test("services that hang take no slot for long: others are served beside any number of them", async () => {
  const hanging = await Promise.all(Array.from({ length: 16 }, (_, at) => slowService(`hanging-${at}`)));
  for (const { service } of hanging) await orders(service, 8);
  world.dispatcher.start();
  await waitFor(() => hanging.every(({ open }) => open() === 8));
  const quick = await world.service("quick");
  const [id] = await orders(quick, 1);
  await waitFor(async () => (await states([id!]))[0] === "ANSWERED");
  expect(hanging.map(({ open }) => open())).toEqual(hanging.map(() => 8));
  for (const { finish } of hanging) finish();
});

test("slots are shared fairly: whoever has least in flight comes first", async () => {
  const slow = await Promise.all(Array.from({ length: 10 }, (_, at) => slowService(`slow-${at}`)));
  for (const { service } of slow) await orders(service, 20);
  const round = world.dispatcher.runOnce();
  await waitFor(() => slow.reduce((sum, { open }) => sum + open(), 0) === 64);
  expect(slow.map(({ open }) => open()).sort()).toEqual([6, 6, 6, 6, 6, 6, 7, 7, 7, 7]);
  for (const { finish } of slow) finish();
  await round;
});

test("the token bucket bounds calls per second, over all workers", async () => {
  const service = await world.service("metered");
  await orders(service, 30);
  await limit(service, "rate_per_second", 2);
  await limit(service, "burst", 10);
  await limit(service, "tokens", 10);
  const drain = async (): Promise<number> => {
    const before = service.received.length;
    while ((await world.dispatcher.runOnce()) + (await anotherWorker().runOnce()) > 0);
    return service.received.length - before;
  };
  expect(await drain()).toBe(10);
  world.clock.advance("PT0.4S");
  expect(await drain()).toBe(0);
  world.clock.advance("PT0.6S");
  expect(await drain()).toBe(2);
  world.clock.advance("PT1H");
  expect(await drain()).toBe(10);
});

test("a failing service is spared: breaker open, one call on trial, closed by a success", async () => {
  const service = await world.service("failing");
  service.reply = () => ({ status: 500 });
  const ids = await orders(service, 40);
  await world.deliver();
  const tried = service.received.length;
  expect(tried).toBeGreaterThanOrEqual(10);
  expect(tried).toBeLessThanOrEqual(16);

  world.clock.advance("PT29S");
  await world.deliver();
  expect(service.received.length).toBe(tried);
  world.clock.advance("PT1S");
  await world.deliver();
  expect(service.received.length).toBe(tried + 1);
  world.clock.advance("PT30S");
  await world.deliver();
  expect(service.received.length).toBe(tried + 1);

  service.reply = ({ order }) => service.answered(order);
  world.clock.advance("PT30S");
  await world.deliver();
  world.clock.advance("PT10M");
  await world.deliver();
  expect(new Set(await states(ids))).toEqual(new Set(["ANSWERED"]));
});

test("a service that answers badly is spared as one that does not answer", async () => {
  const service = await world.service("mumbling");
  service.reply = () => ({ status: 200, body: "unsigned" });
  await orders(service, 40);
  await world.deliver();
  expect(service.received.length).toBeLessThanOrEqual(16);
});

test("two workers deliver a thousand orders, each once", async () => {
  const services = await Promise.all(Array.from({ length: 10 }, (_, at) => world.service(`service-${at}`)));
  const ids = (await Promise.all(services.map((service) => orders(service, 100)))).flat();
  const second = anotherWorker();
  world.dispatcher.start();
  second.start();
  const unanswered = async () => (await world.deps.db.query<{ left: string }>("countLeft", "select count(*) as left from orders where state <> 'ANSWERED'"))[0]!.left;
  await waitFor(async () => (await unanswered()) === "0", { deadlineMs: 30_000 });
  await second.stop();
  const received = services.flatMap((service) => service.received.map(({ order }) => order.orderId));
  expect(received.sort()).toEqual(ids.sort());
  expect((await world.owner.heard()).filter((heard) => heard.type === "ANSWERED")).toHaveLength(1000);
});
