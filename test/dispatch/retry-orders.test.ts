import { createDeliveryWorld, type DeliveryWorld } from "./support/delivery-world";
import type { TestService } from "./support/test-service";
import { replayOrder } from "../../src/dispatch";

let world: DeliveryWorld;
beforeAll(async () => void (world = await createDeliveryWorld()));
afterAll(() => world.close());

const WAITS = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

/** Goes to the instant of the next attempt and makes it; answers how many seconds that was away. */
async function attemptNext(id: string): Promise<number> {
  const due = (await world.dueAt(id)) as Date;
  const wait = (due.getTime() - world.clock.now().getTime()) / 1000;
  world.clock.set(due);
  await world.deliver();
  return wait;
}

async function deadOrder(service: TestService): Promise<string> {
  service.reply = () => ({ status: 500 });
  const id = await world.order(service);
  await world.deliver();
  for (let attempt = 2; attempt <= 9; attempt += 1) await attemptNext(id);
  expect(await world.find(id)).toMatchObject({ state: "DEAD" });
  return id;
}

test("a failing order is tried by the schedule, is dead after the ninth failure, and is then tried daily", async () => {
  const service = await world.service("failing");
  service.reply = () => ({ status: 500 });
  const id = await world.order(service);
  await world.deliver();
  for (const [at, expected] of WAITS.slice(0, 8).entries()) {
    const wait = await attemptNext(id);
    expect(wait).toBeGreaterThanOrEqual(expected * 0.8 - 0.001);
    expect(wait).toBeLessThanOrEqual(expected * 1.2 + 0.001);
    expect(await world.find(id)).toMatchObject({ state: at < 7 ? "QUEUED" : "DEAD", attempts: at + 2 });
  }
  expect(await world.find(id)).toEqual({ state: "DEAD", attempts: 9, lastError: "HTTP_500", deadReason: "NINE_FAILURES" });
  for (const attempts of [10, 11, 12]) {
    const wait = await attemptNext(id);
    expect(wait).toBeGreaterThan(86_400 * 0.79);
    expect(wait).toBeLessThan(86_400 * 1.21);
    expect(await world.find(id)).toEqual({ state: "DEAD", attempts, lastError: "HTTP_500", deadReason: "NINE_FAILURES" });
  }
  const told = (await world.owner.heard(id)).filter((heard) => heard.type !== "CLAIMED");
  expect(told.map((heard) => heard.type)).toEqual([...Array(8).fill("FAILED_ATTEMPT"), "DEAD", ...Array(3).fill("FAILED_ATTEMPT")]);
  expect(told[8]).toMatchObject({ detail: "HTTP_500 NINE_FAILURES", attempt: 9 });
  expect(told.slice(9).every((heard) => heard.state === "DEAD")).toBe(true);
  expect(service.received.map(({ order }) => order.attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test("an answer to a daily attempt revives a dead order", async () => {
  const service = await world.service("revived");
  const id = await deadOrder(service);
  service.reply = ({ order }) => service.answered(order);
  await attemptNext(id);
  expect(await world.find(id)).toEqual({ state: "ANSWERED", attempts: 10, lastError: null, deadReason: null });
});

test("a replayed order is due at once, with its whole schedule before it", async () => {
  const service = await world.service("replayed");
  const id = await deadOrder(service);
  await world.deps.transaction((tx) => replayOrder(tx, id));
  expect(await world.find(id)).toMatchObject({ state: "QUEUED", deadReason: null });
  expect(await attemptNext(id)).toBe(0);
  expect(await world.find(id)).toMatchObject({ state: "QUEUED", attempts: 10 });
  expect(await attemptNext(id)).toBeLessThanOrEqual(6);
});

test("only a dead order can be replayed", async () => {
  const service = await world.service("alive");
  const id = await world.order(service);
  const replay = world.deps.transaction((tx) => replayOrder(tx, id));
  await expect(replay).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
});

test.each([
  [429, "90"],
  [503, "90"],
  [429, "HTTP date"],
  [503, "HTTP date"],
])("%d with Retry-After %s keeps all orders from the service until then", async (status, form) => {
  const service = await world.service(`busy-${status}-${form === "90" ? "seconds" : "date"}`);
  const until = new Date(world.clock.now().getTime() + 90_000);
  until.setMilliseconds(0);
  service.reply = () => ({ status, headers: { "retry-after": form === "90" ? "90" : until.toUTCString() } });
  const first = await world.order(service);
  await world.deliver();
  expect(await world.find(first)).toMatchObject({ state: "QUEUED", lastError: `HTTP_${status}` });
  const second = await world.order(service);
  service.reply = ({ order }) => service.answered(order);
  world.clock.set(new Date(until.getTime() - 1000));
  await world.deliver();
  expect(service.received).toHaveLength(1);
  world.clock.set(new Date(until.getTime() + 1000));
  await world.deliver();
  expect(await world.find(first)).toMatchObject({ state: "ANSWERED" });
  expect(await world.find(second)).toMatchObject({ state: "ANSWERED" });
});

test("Retry-After is heard for a day at most, and of 429 and 503 only", async () => {
  const busy = await world.service("very-busy");
  busy.reply = () => ({ status: 429, headers: { "retry-after": "31536000" } });
  const clamped = await world.order(busy);
  const broken = await world.service("only-broken");
  broken.reply = () => ({ status: 500, headers: { "retry-after": "3600" } });
  const unheard = await world.order(broken);
  await world.deliver();
  expect((await world.dueAt(clamped))!.getTime() - world.clock.now().getTime()).toBe(86_400_000);
  expect((await world.dueAt(unheard))!.getTime() - world.clock.now().getTime()).toBeLessThanOrEqual(6000);
});

test("a service that comes back after an hour gets its order, once and under the same id", async () => {
  const service = await world.service("away");
  service.reply = () => "RESET";
  const id = await world.order(service);
  await world.deliver();
  world.clock.advance("PT10S");
  await world.deliver();
  world.clock.advance("PT1H");
  service.reply = ({ order }) => service.answered(order);
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED", attempts: 3 });
  expect(new Set(service.received.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([id]));
});
