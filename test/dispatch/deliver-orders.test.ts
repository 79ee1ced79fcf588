import { createHash } from "node:crypto";
import { createDispatcher } from "../../src/dispatch";
import { parseVerifyingKey, verifyMessage } from "../../src/protocol";
import { createDeliveryWorld, type DeliveryWorld, NAMESPACE } from "./support/delivery-world";
import { IDENTITY } from "./support/test-owner";

let world: DeliveryWorld;
beforeAll(async () => void (world = await createDeliveryWorld()));
afterAll(() => world.close());

test("an order reaches its service signed, complete, and its answer ends it", async () => {
  const service = await world.service("orders", { datasets: 2 });
  const id = await world.order(service, { due: new Date("2026-04-02T21:59:59.999Z"), reason: "reapply" });
  world.owner.render = () => ({
    identities: [IDENTITY],
    regulation: "gdpr",
    subject_request_id: "0195a000-0000-7000-8000-000000000001",
    subject_request_type: "erasure",
    submitted_time: "2026-03-01T12:00:00.000Z",
    collected_before: "2026-03-02T08:00:00.000Z",
    extra: { retention_refs: ["ref-1"] },
  });

  await world.deliver();

  expect(service.received).toHaveLength(1);
  const { body, headers } = service.received[0]!;
  expect(JSON.parse(body)).toEqual({
    orderId: id,
    kind: "erase",
    attempt: 1,
    audience: "service:orders",
    regulation: "gdpr",
    subject_request_id: "0195a000-0000-7000-8000-000000000001",
    subject_request_type: "erasure",
    submitted_time: "2026-03-01T12:00:00.000Z",
    due: "2026-04-02T21:59:59.999Z",
    collected_before: "2026-03-02T08:00:00.000Z",
    dryRun: false,
    reason: "reapply",
    subject_identities: [IDENTITY],
    datasets: [{ namespace: NAMESPACE, name: "orders.table_1" }, { namespace: NAMESPACE, name: "orders.table_2" }],
    retention_refs: ["ref-1"],
    status_callback_urls: [`https://cadastre.example/orders/${id}/receipt`],
  });
  expect(headers["webhook-id"]).toBe(id);
  expect(headers["webhook-timestamp"]).toBe(String(world.clock.now().getTime() / 1000));
  const keys = world.deps.keyring.orderKeys.map((key) => parseVerifyingKey(key.publicKey));
  expect(verifyMessage(headers, body, keys, world.clock.now())).toMatchObject({ id });
  expect(await world.find(id)).toEqual({ state: "ANSWERED", attempts: 1, lastError: null, deadReason: null });
  expect(await world.dueAt(id)).toBeUndefined();
  expect((await world.owner.heard(id)).map(({ type, state, attempt }) => ({ type, state, attempt }))).toEqual([
    { type: "CLAIMED", state: "IN_FLIGHT", attempt: 1 },
    { type: "ANSWERED", state: "ANSWERED", attempt: 1 },
  ]);
});

test("the signed answer is kept as the service sent it", async () => {
  const service = await world.service("billing");
  const id = await world.order(service);
  await world.deliver();
  const { body, headers } = service.answered(service.received[0]!.order);
  const [receipt] = await world.deps.db.query("findReceipt", "select * from receipts where order_id = $1", [id]);
  expect(receipt).toMatchObject({
    received_at: world.clock.now(),
    webhook_timestamp: headers!["webhook-timestamp"],
    signature: headers!["webhook-signature"],
    body: Buffer.from(body as string),
    body_sha256: createHash("sha256").update(body as string).digest(),
  });
});

test("an answer that carries identities is kept as its digest only", async () => {
  const service = await world.service("identity");
  service.reply = ({ order }) => service.answered(order, { identities: [{ identity_type: "customer_id", identity_value: "c-17" }] });
  const id = await world.order(service, { kind: "discover" });
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED" });
  expect(await world.deps.db.query("findReceiptBody", "select body from receipts where order_id = $1", [id])).toEqual([{ body: null }]);
});

test("451 with a signed and complete answer is final", async () => {
  const service = await world.service("archive");
  service.reply = ({ order }) => ({ ...service.answered(order), status: 451 });
  const id = await world.order(service);
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED" });
});

test("an order is not sent before its time", async () => {
  const service = await world.service("later");
  const id = await world.order(service, { kind: "verify", sendAt: new Date(world.clock.now().getTime() + 300_000) });
  world.clock.advance("PT4M59S");
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "QUEUED", attempts: 0 });
  world.clock.advance("PT1S");
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED", attempts: 1 });
});

test("no table holds an identifier of the person whom orders name", async () => {
  const service = await world.service("support");
  service.reply = () => ({ status: 500, body: IDENTITY.identity_value });
  await world.order(service);
  world.owner.render = () => ({ identities: [IDENTITY] });
  await world.deliver();
  expect(service.received[0]!.body).toContain(IDENTITY.identity_value);
  const tables = ["orders", "order_datasets", "order_queue", "endpoints", "receipts"];
  for (const table of tables) {
    const [{ text }] = (await world.deps.db.query(`dump_${table}`, `select coalesce(json_agg(t), '[]')::text as text from ${table} t`)) as [{ text: string }];
    expect(text).not.toContain("mara");
  }
});

test("an order that its owner wants no more is withdrawn and not sent", async () => {
  const service = await world.service("unwanted");
  const id = await world.order(service);
  world.owner.render = (order) => (order.id === id ? undefined : { identities: [IDENTITY] });
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "WITHDRAWN" });
  expect(service.received).toHaveLength(0);
});

test("an order whose owner cannot render it waits, and those beside it go out", async () => {
  const service = await world.service("rendering");
  const broken = await world.order(service);
  const sound = await world.order(service);
  world.owner.render = (order) => {
    if (order.id === broken) throw new Error("cannot");
    return { identities: [] };
  };
  await world.deliver();
  expect(await world.find(sound)).toMatchObject({ state: "ANSWERED" });
  expect(await world.find(broken)).toMatchObject({ state: "QUEUED", lastError: null });
  world.owner.render = () => ({ identities: [] });
  world.clock.advance("PT5M");
  await world.deliver();
  expect(await world.find(broken)).toMatchObject({ state: "ANSWERED" });
});

test.each(["CLAIMED", "ANSWERED"] as const)("an owner that does not take %s of one order holds up no other", async (type) => {
  const service = await world.service(`hearing-${type.toLowerCase()}`);
  const refused = await world.order(service);
  const taken = await world.order(service);
  world.owner.hear = (event) => {
    if (event.order.id === refused && event.type === type) throw new Error("will not hear of it");
  };
  await world.deliver();
  expect(await world.find(taken)).toMatchObject({ state: "ANSWERED" });
  expect(await world.find(refused)).not.toMatchObject({ state: "ANSWERED" });
  world.owner.hear = () => undefined;
  world.clock.advance("PT5M");
  await world.deliver();
  expect(await world.find(refused)).toMatchObject({ state: "ANSWERED" });
});

test("orders of a service without endpoint fail, and wait for it", async () => {
  const service = await world.service("moved");
  await world.deps.db.query("moveAway", "update services set endpoint_url = null where key = 'moved'");
  const id = await world.order(service);
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "QUEUED", lastError: "NETWORK" });
});

test("calls are counted by kind and outcome", async () => {
  const counted: string[] = [];
  const dispatcher = createDispatcher(world.deps, { outbound: world.outbound, owners: [world.owner], countCall: (kind, outcome) => counted.push(`${kind} ${outcome}`) });
  const service = await world.service("counted");
  for (const status of [202, 500]) {
    service.reply = () => ({ status });
    await world.order(service, { kind: "verify" });
    await dispatcher.runOnce();
  }
  service.reply = ({ order }) => service.answered(order);
  await world.order(service);
  await dispatcher.runOnce();
  expect(counted).toEqual(["verify ACCEPTED", "verify HTTP_500", "erase ANSWERED"]);
});
