import { createDispatcher, type Dispatcher, enqueueOrders } from "../../src/dispatch";
import { ownersByName } from "../../src/dispatch/order-owner";
import { claimOrders } from "../../src/dispatch/use-cases/claim-orders";
import { recordCalls } from "../../src/dispatch/use-cases/record-calls";
import { onWake } from "../../src/dispatch/wake";
import { waitFor } from "../support/wait-for";
import { createDeliveryWorld, type DeliveryWorld } from "./support/delivery-world";
import type { Reply, TestService } from "./support/test-service";

let world: DeliveryWorld;
let service: TestService;
beforeEach(async () => {
  world = await createDeliveryWorld();
  service = await world.service("orders");
});
afterEach(() => world.close());

const anotherWorker = (): Dispatcher => createDispatcher(world.deps, { outbound: world.outbound, owners: [world.owner] });

/** The service keeps its answer to one attempt back; answers how to let it go. */
function keepBack(attempt: number): (reply: Reply) => void {
  let answer = (_: Reply): void => undefined;
  const kept = new Promise<Reply>((resolve) => (answer = resolve));
  service.reply = ({ order }) => (order.attempt === attempt ? kept : service.answered(order));
  return answer;
}

test("an order is leased for 60 s: nobody else takes it meanwhile, anybody after", async () => {
  const answer = keepBack(1);
  const id = await world.order(service);
  const zombie = world.dispatcher.runOnce();
  await waitFor(() => service.received.length === 1);
  world.clock.advance("PT59.9S");
  expect(await anotherWorker().runOnce()).toBe(0);
  world.clock.advance("PT0.1S");
  expect(await anotherWorker().runOnce()).toBe(1);
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED", attempts: 2 });
  answer({ status: 500 });
  await zombie;
});

test.each<[string, Reply]>([
  ["a failure", { status: 500 }],
  ["an acceptance", { status: 202 }],
  ["410", { status: 410 }],
])("%s that a zombie brings touches no row", async (_, late) => {
  const answer = keepBack(1);
  const id = await world.order(service);
  const zombie = world.dispatcher.runOnce();
  await waitFor(() => service.received.length === 1);
  world.clock.advance("PT1M");
  const everything = async () => ({
    orders: await world.deps.db.query("dumpOrders", "select * from orders"),
    queue: await world.deps.db.query("dumpQueue", "select * from order_queue"),
    endpoints: await world.deps.db.query("dumpEndpoints", "select * from endpoints"),
    heard: await world.owner.heard(),
  });
  // The order is somebody else's now, and still open.
  const second = keepBack(2);
  const living = anotherWorker().runOnce();
  await waitFor(() => service.received.length === 2);
  const before = await everything();
  answer(late);
  await zombie;
  expect(await everything()).toEqual(before);
  second(service.answered(service.received[1]!.order));
  await living;
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED", attempts: 2 });
});

test("a zombie's answer to an order that is answered touches no row either", async () => {
  const answer = keepBack(1);
  const id = await world.order(service);
  const zombie = world.dispatcher.runOnce();
  await waitFor(() => service.received.length === 1);
  world.clock.advance("PT1M");
  await anotherWorker().runOnce();
  const heard = await world.owner.heard(id);
  answer(service.answered(service.received[0]!.order));
  await zombie;
  expect(await world.owner.heard(id)).toEqual(heard);
});

test("of two attempts of one order that are recorded together, only the newest counts", async () => {
  const id = await world.order(service);
  const owners = ownersByName([world.owner]);
  const claim = async () => (await claimOrders(world.deps, owners, { worker: world.deps.ids.uuid(), limit: 1 })).orders[0]!;
  const first = await claim();
  world.clock.advance("PT1M");
  const second = await claim();
  await recordCalls(world.deps, owners, [
    { order: first, verdict: { type: "FAILED", error: "TIMEOUT", retryAfter: null } },
    { order: second, verdict: { type: "ACCEPTED" } },
  ]);
  expect(await world.find(id)).toMatchObject({ state: "ACCEPTED", attempts: 2, lastError: null });
  expect((await world.owner.heard(id)).map(({ type, attempt }) => [type, attempt])).toEqual([["CLAIMED", 1], ["CLAIMED", 2], ["ACCEPTED", 2]]);
});

test("a worker that lives keeps the lease of a long call", async () => {
  const answer = keepBack(1);
  const id = await world.order(service);
  world.dispatcher.start();
  await waitFor(() => service.received.length === 1);
  const leaseUntil = async () => (await world.deps.db.query<{ until: Date }>("findLease", "select lease_until as until from order_queue where order_id = $1", [id]))[0]!.until;
  const first = await leaseUntil();
  world.clock.advance("PT50S");
  await waitFor(async () => (await leaseUntil()) > first);
  world.clock.advance("PT50S");
  expect(await anotherWorker().runOnce()).toBe(0);
  answer(service.answered(service.received[0]!.order));
  await waitFor(async () => (await world.find(id)).state === "ANSWERED");
  expect(service.received).toHaveLength(1);
});

test("a worker that stops finishes the calls in flight, records them and takes no more", async () => {
  const answer = keepBack(1);
  const id = await world.order(service);
  world.dispatcher.start();
  await waitFor(() => service.received.length === 1);
  const stopped = world.dispatcher.stop();
  const later = await world.order(service);
  answer(service.answered(service.received[0]!.order));
  await stopped;
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED" });
  expect(await world.find(later)).toMatchObject({ state: "QUEUED", attempts: 0 });
});

test("a worker that stops does not wait for ever: what does not end is sent again when its lease has run out", async () => {
  const answer = keepBack(1);
  const id = await world.order(service);
  const worker = createDispatcher(world.deps, { outbound: world.outbound, owners: [world.owner], drainMs: 50 });
  worker.start();
  await waitFor(() => service.received.length === 1);
  await worker.stop();
  expect(await world.find(id)).toMatchObject({ state: "IN_FLIGHT" });
  world.clock.advance("PT1M");
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED", attempts: 2 });
  answer({ status: 500 });
});

test("what a worker has claimed and not yet called when it is stopped is given back at once", async () => {
  const id = await world.order(service);
  let stopped: Promise<void> | undefined;
  world.owner.render = () => {
    stopped ??= world.dispatcher.stop();
    return { identities: [] };
  };
  world.dispatcher.start();
  await waitFor(() => stopped !== undefined);
  await stopped;
  expect(service.received).toHaveLength(0);
  expect(await world.find(id)).toMatchObject({ state: "QUEUED" });
  expect(await anotherWorker().runOnce()).toBe(1);
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED" });
});

test("committed orders wake the workers of the process, and no others", async () => {
  let wakes = 0;
  const sleepOn = onWake(() => (wakes += 1));
  await world.order(service);
  expect(wakes).toBe(1);
  await expect(world.deps.transaction(async (tx) => {
    await enqueueOrders(tx, [{ owner: "test", ownerRef: world.deps.ids.uuid(), service: "orders", kind: "erase", datasets: [], due: null }]);
    throw new Error("changed my mind");
  })).rejects.toThrow("changed my mind");
  sleepOn();
  await world.order(service);
  expect(wakes).toBe(1);
});

test("orders of a transaction that is rolled back never were", async () => {
  const order = { owner: "test", ownerRef: "0195a000-0000-7000-8000-000000000001", service: "orders", kind: "erase" as const, datasets: world.datasets(service), due: null };
  const rolledBack = world.deps.transaction(async (tx) => {
    await enqueueOrders(tx, [order]);
    throw new Error("changed my mind");
  });
  await expect(rolledBack).rejects.toThrow("changed my mind");
  await world.deliver();
  expect(service.received).toHaveLength(0);
});
