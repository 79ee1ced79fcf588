import { randomUUID } from "node:crypto";
import { recallOrders, suspendOrders, withdrawOrders } from "../../src/dispatch";
import { stopService } from "../../src/dispatch/use-cases/stop-service";
import { createDeliveryWorld, type DeliveryWorld } from "./support/delivery-world";
import type { TestService } from "./support/test-service";

let world: DeliveryWorld;
let service: TestService;
let token: string;
beforeAll(async () => {
  world = await createDeliveryWorld();
  service = await world.service("support");
  token = await world.token(service);
});
afterAll(() => world.close());

async function ask(id: string, bearer = token): Promise<{ status: number; body: { permit?: string; code?: string; reason?: string } }> {
  const response = await fetch(`${world.url}/orders/${id}/permit`, { headers: { authorization: `Bearer ${bearer}` } });
  return { status: response.status, body: (await response.json()) as object };
}

async function acceptedOrder(): Promise<string> {
  service.reply = () => ({ status: 202 });
  const id = await world.order(service);
  await world.deliver();
  return id;
}

const entries = (object: string) =>
  world.deps.db.query<{ action: string; actor: string; outcome: string }>("findPermitEntries", "select action, actor, outcome from audit_entry_facts where object = $1 order by outcome desc", [object]);

test("a permit is given once, and stands in the audit trail", async () => {
  const id = await acceptedOrder();
  const first = await ask(id);
  expect(first).toEqual({ status: 200, body: { permit: expect.stringMatching(/^[\w-]{22}$/) } });
  expect(await ask(id)).toMatchObject({ status: 409, body: { code: "CONFLICT", reason: "no permit: it was given already" } });
  expect(await entries(id)).toEqual([
    { action: "dispatch.take-permit", actor: "support-app", outcome: "ok" },
    { action: "dispatch.take-permit", actor: "support-app", outcome: "denied" },
  ]);
});

test("of two who ask at the same time one gets it", async () => {
  const id = await acceptedOrder();
  const both = await Promise.all([ask(id), ask(id)]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
});

test("it is given as soon as the order was sent, before the 202 is recorded", async () => {
  let permit: Awaited<ReturnType<typeof ask>> | undefined;
  service.reply = async ({ order }) => {
    permit = await ask(order.orderId);
    return { status: 202 };
  };
  await world.order(service);
  await world.deliver();
  expect(permit).toMatchObject({ status: 200 });
});

test("a service sees its own orders only", async () => {
  const other = await world.token(await world.service("marketing"));
  const id = await acceptedOrder();
  expect(await ask(id, other)).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
  expect(await ask(randomUUID())).toMatchObject({ status: 404 });
  expect(await ask("no-uuid")).toMatchObject({ status: 404 });
  expect(await ask(id, "no-token")).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" } });
  expect(await ask(id)).toMatchObject({ status: 200 });
});

test("recall, withdrawal, suspension and the final answer revoke it, as does never having been sent", async () => {
  const recalled = await acceptedOrder();
  await world.deps.transaction((tx) => recallOrders(tx, [recalled]));
  const unsent = await world.order(service, { sendAt: new Date(world.clock.now().getTime() + 1000) });
  const suspended = await world.order(service);
  await world.deps.transaction((tx) => suspendOrders(tx, { owner: "test", orderIds: [suspended] }));
  const withdrawn = await world.order(service);
  await world.deps.transaction((tx) => withdrawOrders(tx, { orderIds: [withdrawn] }));
  service.reply = ({ order }) => service.answered(order);
  const answered = await world.order(service);
  await world.deps.transaction((tx) => withdrawOrders(tx, { orderIds: [] }));
  await world.dispatcher.runOnce();
  const reasons = new Map([
    [unsent, "the order was never sent"],
    [suspended, "the order is suspended"],
    [withdrawn, "the order is withdrawn"],
    [answered, "the order has its final answer"],
    [recalled, "the order is recalled"],
  ]);
  for (const [id, reason] of reasons) expect(await ask(id)).toMatchObject({ status: 409, body: { reason: `no permit: ${reason}` } });
});

test("a recall revokes it before it is answered", async () => {
  const id = await acceptedOrder();
  await world.deps.transaction((tx) => recallOrders(tx, [id]));
  expect(await ask(id)).toMatchObject({ status: 409, body: { reason: "no permit: the order is being recalled" } });
});

test("the emergency stop revokes all permits of the service", async () => {
  const id = await acceptedOrder();
  await stopService(world.deps, { id: "service:support", code: "other", actor: "tester" });
  expect(await ask(id)).toMatchObject({ status: 409, body: { reason: "no permit: its service is stopped" } });
});
