import { randomUUID } from "node:crypto";
import { recallOrders, resumeOrders, suspendOrders, withdrawOrders } from "../../src/dispatch";
import { asOwner } from "../support/as-owner";
import { createDeliveryWorld, type DeliveryWorld } from "./support/delivery-world";
import type { TestService } from "./support/test-service";

let world: DeliveryWorld;
let service: TestService;
beforeAll(async () => {
  world = await createDeliveryWorld();
  service = await world.service("orders");
});
afterAll(() => world.close());
beforeEach(() => void (service.reply = ({ order }) => service.answered(order)));

const inFuture = (seconds: number): Date => new Date(world.clock.now().getTime() + seconds * 1000);
const suspend = (ownerRef: string) => world.deps.transaction((tx) => suspendOrders(tx, { owner: "test", ownerRef }));
const resume = (ownerRef: string) => world.deps.transaction((tx) => resumeOrders(tx, { owner: "test", ownerRef }));

async function acceptedOrder(ownerRef: string): Promise<string> {
  service.reply = () => ({ status: 202 });
  const id = await world.order(service, { ownerRef });
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "ACCEPTED" });
  return id;
}

/** While the service has the order in hand, something else happens. */
async function whileInFlight<Result>(ownerRef: string, work: (id: string) => Promise<Result>): Promise<{ id: string; result: Result }> {
  let result: Result | undefined;
  service.reply = async ({ order }) => {
    service.reply = () => ({ status: 500 });
    result = await work(order.orderId);
    return { status: 500 };
  };
  const id = await world.order(service, { ownerRef });
  await world.deliver();
  return { id, result: result as Result };
}

test("a suspended order is not sent until it is resumed, and keeps its id", async () => {
  const ownerRef = randomUUID();
  const id = await world.order(service, { ownerRef });
  expect(await suspend(ownerRef)).toEqual({ suspended: [id], inFlight: [], accepted: [] });
  expect(await world.find(id)).toMatchObject({ state: "SUSPENDED" });
  world.clock.advance("P1D");
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "SUSPENDED", attempts: 0 });
  expect(await resume(ownerRef)).toEqual([id]);
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED", attempts: 1 });
});

test("an order suspended between attempts goes on counting them", async () => {
  const ownerRef = randomUUID();
  service.reply = () => ({ status: 500 });
  const id = await world.order(service, { ownerRef });
  await world.deliver();
  await suspend(ownerRef);
  await resume(ownerRef);
  service.reply = ({ order }) => service.answered(order);
  await world.deliver();
  expect(service.received.at(-1)!.order).toMatchObject({ orderId: id, attempt: 2 });
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED", attempts: 2 });
});

test("a resumed order still waits for its time", async () => {
  const ownerRef = randomUUID();
  const id = await world.order(service, { ownerRef, sendAt: inFuture(600) });
  await suspend(ownerRef);
  await resume(ownerRef);
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "QUEUED", attempts: 0 });
});

test("orders in flight and accepted ones are named, for the owner to recall", async () => {
  const ownerRef = randomUUID();
  const accepted = await acceptedOrder(ownerRef);
  const waiting = await world.order(service, { ownerRef, sendAt: inFuture(600) });
  const { id, result } = await whileInFlight(ownerRef, () => suspend(ownerRef));
  expect(result).toEqual({ suspended: [waiting], inFlight: [id], accepted: [accepted] });
});

test("only the selected orders are suspended", async () => {
  const other = await world.service("billing");
  const [mine, theirs] = [randomUUID(), randomUUID()];
  const sendAt = inFuture(600);
  const [a, b, c] = [await world.order(service, { ownerRef: mine, sendAt }), await world.order(other, { ownerRef: mine, sendAt }), await world.order(service, { ownerRef: theirs, sendAt })];
  const select = (selector: object) => world.deps.transaction(async (tx) => (await suspendOrders(tx, { owner: "test", ...selector })).suspended);
  expect(await select({ ownerRef: mine, service: "billing" })).toEqual([b]);
  expect(await select({ orderIds: [c] })).toEqual([c]);
  expect(await select({ ownerRef: mine, orderIds: [c] })).toEqual([]);
  expect(await world.deps.transaction((tx) => suspendOrders(tx, { owner: "another", ownerRef: mine }))).toMatchObject({ suspended: [] });
  expect(await select({ ownerRef: mine })).toEqual([a]);
});

test("a withdrawn order is over for ever, waiting, suspended or dead; one that the service has is not withdrawn", async () => {
  const ownerRef = randomUUID();
  const suspended = await world.order(service, { ownerRef });
  await suspend(ownerRef);
  const accepted = await acceptedOrder(ownerRef);
  const waiting = await world.order(service, { ownerRef, sendAt: inFuture(600) });
  const withdrawn = await world.deps.transaction((tx) => withdrawOrders(tx, { orderIds: [suspended, accepted, waiting] }));
  expect(new Set(withdrawn)).toEqual(new Set([suspended, waiting]));
  expect(await resume(ownerRef)).toEqual([]);
  service.received.length = 0;
  world.clock.advance("P1D");
  await world.deliver();
  expect(service.received.map(({ order }) => order.orderId)).not.toContain(waiting);
  expect(await world.find(waiting)).toMatchObject({ state: "WITHDRAWN" });
  expect(await world.find(accepted)).toMatchObject({ state: "ACCEPTED" });
});

test("an order is not withdrawn while it is in flight", async () => {
  const ownerRef = randomUUID();
  const { id, result } = await whileInFlight(ownerRef, (orderId) => world.deps.transaction((tx) => withdrawOrders(tx, { orderIds: [orderId] })));
  expect(result).toEqual([]);
  expect(await world.find(id)).toMatchObject({ state: "QUEUED" });
});

test("a recall lists the datasets of its order, goes before all that waits, and ends it when answered RECALLED", async () => {
  const ownerRef = randomUUID();
  const id = await acceptedOrder(ownerRef);
  service.reply = ({ order }) => service.answered(order);
  service.received.length = 0;
  const { max_in_flight: cap } = (await world.deps.db.query<{ max_in_flight: number }>("findCap", "select max_in_flight from endpoints where service_key = 'orders'"))[0]!;
  for (let waiting = 0; waiting <= cap; waiting += 1) await world.order(service);
  const [recall] = await world.deps.transaction((tx) => recallOrders(tx, [id]));
  await world.dispatcher.runOnce();
  const sent = service.received.find(({ order }) => order.orderId === recall)!.order;
  expect(sent).toMatchObject({ kind: "recall", recall_of: id, datasets: [{ name: "orders.table_1" }] });
  expect(await world.find(recall!)).toMatchObject({ state: "ANSWERED" });
  expect(await world.find(id)).toMatchObject({ state: "RECALLED" });
  world.clock.advance("P1D");
  await world.deliver();
  expect(service.received.filter(({ order }) => order.orderId === id)).toHaveLength(0);
});

test("while its recall has no answer, a recalled order is not sent again", async () => {
  const ownerRef = randomUUID();
  const id = await acceptedOrder(ownerRef);
  service.reply = () => ({ status: 500 });
  await world.deps.transaction((tx) => recallOrders(tx, [id]));
  expect(await world.deps.transaction((tx) => recallOrders(tx, [id]))).toEqual([]);
  service.received.length = 0;
  for (let hours = 0; hours < 48; hours += 1) {
    world.clock.advance("PT1H");
    await world.deliver();
  }
  expect(service.received.length).toBeGreaterThan(3);
  expect(new Set(service.received.map(({ order }) => order.kind))).toEqual(new Set(["recall"]));
});

test("an order that the service had done already is asked for its answer", async () => {
  const ownerRef = randomUUID();
  const id = await acceptedOrder(ownerRef);
  service.reply = ({ order }) => {
    const done = order.datasets.map((dataset) => ({ ...dataset, parts: [{ outcome: "ALREADY_DONE" as const, count: 1 }] }));
    return order.kind === "recall" ? service.answered(order, { results: done }) : service.answered(order);
  };
  await world.deps.transaction((tx) => recallOrders(tx, [id]));
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED", attempts: 2 });
});

test("an order recalled in flight is not tried again when its call fails", async () => {
  const ownerRef = randomUUID();
  const { id } = await whileInFlight(ownerRef, (orderId) => world.deps.transaction((tx) => recallOrders(tx, [orderId])));
  service.reply = ({ order }) => service.answered(order);
  world.clock.advance("PT1H");
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "RECALLED", attempts: 1 });
});

test("nothing that was never sent can be recalled", async () => {
  const id = await world.order(service, { sendAt: inFuture(600) });
  expect(await world.deps.transaction((tx) => recallOrders(tx, [id]))).toEqual([]);
});

test("a suspension that meets a claim waits for it and names the order in flight", async () => {
  const ownerRef = randomUUID();
  const id = await world.order(service, { ownerRef });
  let suspended: ReturnType<typeof suspend> | undefined;
  world.owner.hear = async (event) => {
    if (event.type !== "CLAIMED" || event.order.id !== id) return;
    suspended = suspend(ownerRef);
    // The claim commits only when the suspension waits for its lock.
    for (;;) {
      const waiting = await asOwner(world.deps, "findWaiting", "select from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database() limit 1");
      if (waiting.length > 0) return;
    }
  };
  await world.dispatcher.runOnce();
  world.owner.hear = () => undefined;
  expect(await suspended).toEqual({ suspended: [], inFlight: [id], accepted: [] });
});
