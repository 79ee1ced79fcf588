import { randomUUID } from "node:crypto";
import { generateSigningKey, type Order, parseSigningKey, signMessage } from "../../src/protocol";
import { recallOrders, suspendOrders, withdrawOrders } from "../../src/dispatch";
import { createDeliveryWorld, type DeliveryWorld } from "./support/delivery-world";
import { completeAnswer, type TestService } from "./support/test-service";

let world: DeliveryWorld;
let service: TestService;
let other: TestService;
beforeAll(async () => {
  world = await createDeliveryWorld();
  service = await world.service("support", { datasets: 2 });
  other = await world.service("marketing");
});
afterAll(() => world.close());

interface Answered {
  readonly status: number;
  readonly body: { readonly code?: string; readonly status?: string; readonly message?: string };
}

async function post(id: string, body: string | Buffer, headers: Record<string, string>): Promise<Answered> {
  const response = await fetch(`${world.url}/orders/${id}/receipt`, { method: "POST", headers, body: new Uint8Array(Buffer.from(body)) });
  return { status: response.status, body: (await response.json()) as Answered["body"] };
}

/** An order that the service has accepted, and its complete answer. */
async function accepted(): Promise<{ id: string; order: Order; answer: string }> {
  service.reply = () => ({ status: 202 });
  const id = await world.order(service);
  await world.deliver();
  const { order } = service.received.at(-1)!;
  return { id, order, answer: JSON.stringify(completeAnswer(order, world.clock.now())) };
}

const expectNothingCounted = async (id: string): Promise<void> => {
  expect(await world.find(id)).toMatchObject({ state: "ACCEPTED" });
  expect((await world.owner.heard(id)).map((heard) => heard.type)).toEqual(["CLAIMED", "ACCEPTED"]);
};

test("202 is no answer yet: a receipt that the service sends later is", async () => {
  const { id, answer } = await accepted();
  expect(await world.find(id)).toEqual({ state: "ACCEPTED", attempts: 1, lastError: null, deadReason: null });
  expect(await post(id, answer, service.sign(id, answer))).toMatchObject({ status: 200, body: { status: "RECORDED" } });
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED" });
  expect(await world.dueAt(id)).toBeUndefined();
  expect((await world.owner.heard(id)).map((heard) => heard.type)).toEqual(["CLAIMED", "ACCEPTED", "ANSWERED"]);
});

test("the same receipt again is answered 200 and counts once", async () => {
  const { id, answer } = await accepted();
  await post(id, answer, service.sign(id, answer));
  world.clock.advance("PT1M");
  expect(await post(id, answer, service.sign(id, answer))).toMatchObject({ status: 200, body: { status: "REPEATED" } });
  const both = await Promise.all([1, 2, 3].map(() => post(id, answer, service.sign(id, answer))));
  expect(both.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await world.owner.heard(id)).filter((heard) => heard.type === "ANSWERED")).toHaveLength(1);
});

test("of receipts that arrive together one is recorded", async () => {
  const { id, answer } = await accepted();
  const all = await Promise.all(Array.from({ length: 5 }, () => post(id, answer, service.sign(id, answer))));
  expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(all.filter(({ body }) => body.status === "RECORDED")).toHaveLength(1);
  expect((await world.owner.heard(id)).filter((heard) => heard.type === "ANSWERED")).toHaveLength(1);
});

test("another answer than the one recorded is a conflict", async () => {
  const { id, order, answer } = await accepted();
  await post(id, answer, service.sign(id, answer));
  const second = JSON.stringify(completeAnswer(order, new Date("2026-03-01T00:00:00Z")));
  expect(await post(id, second, service.sign(id, second))).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
});

test("a receipt signed by no service is answered 401", async () => {
  const { id, answer } = await accepted();
  const stranger = parseSigningKey(generateSigningKey().privateKey);
  expect(await post(id, answer, { ...signMessage(id, world.clock.now(), answer, [stranger]) })).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" } });
  expect(await post(id, answer, {})).toMatchObject({ status: 401 });
  const signed = service.sign(id, answer);
  expect(await post(id, answer, { ...signed, "webhook-signature": signed["webhook-signature"]!.replace(",", ",AAAA") })).toMatchObject({ status: 401 });
  expect(await post(id, `${answer} `, signed)).toMatchObject({ status: 401 });
  await expectNothingCounted(id);
});

test("a receipt whose time is more than 5 minutes off is answered 401, both ways", async () => {
  const { id, answer } = await accepted();
  const early = service.sign(id, answer);
  world.clock.advance("PT5M1S");
  expect(await post(id, answer, early)).toMatchObject({ status: 401 });
  const late = service.sign(id, answer);
  world.clock.advance("-PT5M1S");
  expect(await post(id, answer, late)).toMatchObject({ status: 401 });
  await expectNothingCounted(id);
});

test("a receipt for another service's order is answered 404, as is one for no order at all", async () => {
  const { id, answer } = await accepted();
  expect(await post(id, answer, other.sign(id, answer))).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
  await expectNothingCounted(id);
  const nowhere = randomUUID();
  expect(await post(nowhere, answer, service.sign(nowhere, answer))).toMatchObject({ status: 404 });
  expect(await post("no-uuid", answer, service.sign("no-uuid", answer))).toMatchObject({ status: 404 });
  expect(await post(nowhere, answer, {})).toMatchObject({ status: 401 });
});

test("a receipt signed for another of the service's orders is refused", async () => {
  const { id, answer } = await accepted();
  const second = await accepted();
  expect(await post(id, second.answer, service.sign(second.id, second.answer))).toMatchObject({ status: 400, body: { code: "BAD_USER_INPUT" } });
  expect(await post(id, second.answer, service.sign(id, second.answer))).toMatchObject({ status: 400 });
  await expectNothingCounted(id);
  expect(await post(id, answer, service.sign(id, answer))).toMatchObject({ status: 200 });
});

test("an incomplete or malformed answer is refused by its fault, and counts nothing", async () => {
  const { id, order } = await accepted();
  const complete = completeAnswer(order, world.clock.now());
  const missing = JSON.stringify({ ...complete, results: complete.results.slice(1) });
  const extra = JSON.stringify({ ...complete, results: [...complete.results, { ...complete.results[0], name: "other" }] });
  const open = JSON.stringify({ ...complete, comment: "sorry" });
  const expected = { "": "EMPTY", "{garbage": "MALFORMED", [open]: "MALFORMED", [missing]: "DATASET_MISSING", [extra]: "DATASET_EXTRA" };
  for (const [body, fault] of Object.entries(expected)) {
    const answered = await post(id, body, service.sign(id, body));
    expect(answered).toMatchObject({ status: 400, body: { code: "BAD_USER_INPUT" } });
    expect(answered.body.message).toContain(fault);
  }
  await expectNothingCounted(id);
});

test("a receipt of 10 MB is answered 413", async () => {
  const { id } = await accepted();
  const body = "x".repeat(10 * 1024 * 1024);
  expect(await post(id, body, service.sign(id, body))).toMatchObject({ status: 413, body: { code: "TOO_LARGE" } });
  await expectNothingCounted(id);
});

test("a receipt for an order that was never sent, or is withdrawn, is a conflict", async () => {
  const unsent = await world.order(service, { sendAt: new Date(world.clock.now().getTime() + 3_600_000) });
  const order = { ...(await accepted()).order, orderId: unsent };
  const answer = JSON.stringify(completeAnswer(order, world.clock.now()));
  expect(await post(unsent, answer, service.sign(unsent, answer))).toMatchObject({ status: 409 });
  await world.deps.transaction((tx) => withdrawOrders(tx, { orderIds: [unsent] }));
  expect(await post(unsent, answer, service.sign(unsent, answer))).toMatchObject({ status: 409 });
  expect(await world.owner.heard(unsent)).toEqual([]);
});

test("a receipt that overtakes the 202 ends the order", async () => {
  let answered: Answered | undefined;
  service.reply = async ({ order }) => {
    const body = JSON.stringify(completeAnswer(order, world.clock.now()));
    answered = await post(order.orderId, body, service.sign(order.orderId, body));
    return { status: 202 };
  };
  const id = await world.order(service);
  await world.deliver();
  expect(answered).toMatchObject({ status: 200, body: { status: "RECORDED" } });
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED" });
  expect((await world.owner.heard(id)).map((heard) => heard.type)).toEqual(["CLAIMED", "ANSWERED"]);
});

test("what a service has done comes in although its order failed, died or was suspended meanwhile", async () => {
  service.reply = () => "RESET";
  const failed = await world.order(service);
  await world.deliver();
  const { order } = service.received.at(-1)!;
  const suspended = await world.order(service);
  await world.deliver();
  await world.deps.transaction((tx) => suspendOrders(tx, { owner: "test", orderIds: [suspended] }));
  expect(await world.find(suspended)).toMatchObject({ state: "SUSPENDED" });
  for (const id of [failed, suspended]) {
    const answer = JSON.stringify(completeAnswer({ ...order, orderId: id }, world.clock.now()));
    expect(await post(id, answer, service.sign(id, answer))).toMatchObject({ status: 200 });
    expect(await world.find(id)).toMatchObject({ state: "ANSWERED", lastError: null });
  }
});

test("an accepted order is polled: the same order again, until it is answered", async () => {
  const { id, order } = await accepted();
  for (const wait of [300, 1800, 7200]) {
    const due = (await world.dueAt(id))!;
    const seconds = (due.getTime() - world.clock.now().getTime()) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(wait * 0.8);
    expect(seconds).toBeLessThanOrEqual(wait * 1.2);
    world.clock.set(due);
    if (wait === 7200) service.reply = (received) => service.answered(received.order);
    await world.deliver();
  }
  const sent = service.received.map((received) => received.order).filter(({ orderId }) => orderId === id);
  expect(sent).toEqual([1, 2, 3, 4].map((attempt) => ({ ...order, attempt })));
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED", attempts: 4 });
  expect((await world.owner.heard(id)).map((heard) => heard.type)).toEqual(["CLAIMED", "ACCEPTED", "ACCEPTED", "ACCEPTED", "ANSWERED"]);
});

test("an accepted order stays accepted when a poll fails", async () => {
  const { id } = await accepted();
  service.reply = () => ({ status: 500 });
  world.clock.set((await world.dueAt(id))!);
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "ACCEPTED", lastError: "HTTP_500" });
  expect((await world.owner.heard(id)).at(-1)).toMatchObject({ type: "FAILED_ATTEMPT", state: "ACCEPTED" });
});

test("an order whose receipt arrives while its recall is under way is answered", async () => {
  const { id, answer } = await accepted();
  service.reply = () => "RESET";
  await world.deps.transaction((tx) => recallOrders(tx, [id]));
  await world.deliver();
  expect(await post(id, answer, service.sign(id, answer))).toMatchObject({ status: 200 });
  service.reply = ({ order }) => service.answered(order);
  world.clock.advance("PT1H");
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED" });
});
