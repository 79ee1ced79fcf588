import { generateSigningKey, generateSecret, type Order, parseSigningKey, signMessage } from "../../src/protocol";
import { createDeliveryWorld, type DeliveryWorld } from "./support/delivery-world";
import { completeAnswer, type Reply, type TestService } from "./support/test-service";

let world: DeliveryWorld;
let service: TestService;
beforeAll(async () => {
  world = await createDeliveryWorld();
  service = await world.service("naughty", { timeoutMs: 2000, datasets: 2 });
});
afterAll(() => world.close());

const TEN_MEGABYTES = "x".repeat(10 * 1024 * 1024);

/** The complete answer, changed before it is signed. */
const changed = (order: Order, change: (answer: Record<string, unknown>) => unknown): Reply => {
  const body = JSON.stringify(change({ ...completeAnswer(order, world.clock.now()) }));
  return { status: 200, headers: service.sign(order.orderId, body), body };
};
const results = (answer: Record<string, unknown>) => answer.results as { namespace: string; name: string; parts: Record<string, unknown>[] }[];
const signedBy = (key: string, order: Order, at = world.clock.now()): Reply => {
  const { body } = service.answered(order);
  return { status: 200, headers: { ...signMessage(order.orderId, at, body as string, [parseSigningKey(key)]) }, body };
};
const minutesFromNow = (minutes: number): Date => new Date(world.clock.now().getTime() + minutes * 60_000);

const FAULTS: Record<string, [error: string, reply: (order: Order) => Reply]> = {
  "does not answer in time": ["TIMEOUT", () => "HANG"],
  "breaks the connection": ["NETWORK", () => "RESET"],
  "answers 500": ["HTTP_500", () => ({ status: 500 })],
  "answers 500 with a signed and complete body": ["HTTP_500", (order) => ({ ...(service.answered(order) as object), status: 500 })],
  "answers 404": ["HTTP_404", () => ({ status: 404 })],
  "redirects elsewhere": ["HTTP_301", () => ({ status: 301, headers: { location: service.url } })],
  "answers 204": ["HTTP_204", () => ({ status: 204 })],
  "answers 200 with nothing": ["EMPTY", () => ({ status: 200 })],
  "signs nothing, and sends nothing": ["EMPTY", (order) => ({ status: 200, headers: service.sign(order.orderId, "") })],
  "does not sign": ["UNSIGNED", (order) => ({ status: 200, body: JSON.stringify(completeAnswer(order, world.clock.now())) })],
  "sends unsigned garbage": ["UNSIGNED", () => ({ status: 200, body: "garbage" })],
  "signs with a key that is not its own": ["BAD_SIGNATURE", (order) => signedBy(generateSigningKey().privateKey, order)],
  "signs with a shared secret": ["BAD_SIGNATURE", (order) => signedBy(generateSecret(), order)],
  "signs another order's id": ["BAD_SIGNATURE", (order) => ({ ...(service.answered({ ...order, orderId: "another" }) as object), status: 200 })],
  "signed 6 minutes ago": ["BAD_SIGNATURE", (order) => signedBy(service.privateKey, order, minutesFromNow(-6))],
  "signed 6 minutes ahead": ["BAD_SIGNATURE", (order) => signedBy(service.privateKey, order, minutesFromNow(6))],
  "signs garbage": ["MALFORMED", (order) => ({ status: 200, headers: service.sign(order.orderId, "{garbage"), body: "{garbage" })],
  "sends 10 MB": ["MALFORMED", (order) => ({ status: 200, headers: service.sign(order.orderId, TEN_MEGABYTES), body: TEN_MEGABYTES })],
  "answers another kind": ["MALFORMED", (order) => changed(order, (answer) => ({ ...answer, kind: "verify" }))],
  "answers with an outcome of another kind": ["MALFORMED", (order) => changed(order, (answer) => ({ ...answer, results: results(answer).map((each) => ({ ...each, parts: [{ outcome: "FOUND", count: 1 }] })) }))],
  "answers for a dry run": ["MALFORMED", (order) => changed(order, (answer) => ({ ...answer, dryRun: true }))],
  "adds a member of its own": ["MALFORMED", (order) => changed(order, (answer) => ({ ...answer, comment: "sorry" }))],
  "retains without naming the rule": ["MALFORMED", (order) => changed(order, (answer) => ({ ...answer, results: results(answer).map((each) => ({ ...each, parts: [{ outcome: "RETAINED", count: 1 }] })) }))],
  "leaves out a dataset": ["DATASET_MISSING", (order) => changed(order, (answer) => ({ ...answer, results: results(answer).slice(1) }))],
  "adds a dataset": ["DATASET_EXTRA", (order) => changed(order, (answer) => ({ ...answer, results: [...results(answer), { ...results(answer)[0], name: "other" }] }))],
  "answers a dataset twice": ["DATASET_EXTRA", (order) => changed(order, (answer) => ({ ...answer, results: [...results(answer), results(answer)[0]] }))],
  "leaves out one dataset and adds another": ["DATASET_MISSING", (order) => changed(order, (answer) => ({ ...answer, results: [...results(answer).slice(1), { ...results(answer)[0], name: "other" }] }))],
};

test.each(Object.keys(FAULTS))("a service that %s has failed, and is asked again under the same id", async (fault) => {
  const [error, reply] = FAULTS[fault]!;
  service.reply = ({ order }) => reply(order);
  service.received.length = 0;
  const id = await world.order(service);
  await world.deliver();
  expect(service.received).toHaveLength(1);
  expect(await world.find(id)).toEqual({ state: "QUEUED", attempts: 1, lastError: error, deadReason: null });
  expect((await world.owner.heard(id)).at(-1)).toMatchObject({ type: "FAILED_ATTEMPT", detail: error, state: "QUEUED", attempt: 1 });
  expect(await world.deps.db.query("findNoReceipt", "select from receipts where order_id = $1", [id])).toEqual([]);

  service.reply = ({ order }) => service.answered(order);
  // Also over the pause of the breaker, which so many failures have opened.
  world.clock.advance("PT1H");
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED", attempts: 2, lastError: null });
  expect(service.received.map(({ headers, order }) => [headers["webhook-id"], order.attempt])).toEqual([[id, 1], [id, 2]]);
});
