import { replayOrder } from "../../src/dispatch";
import { resumeService } from "../../src/dispatch/use-cases/resume-service";
import { stopService } from "../../src/dispatch/use-cases/stop-service";
import { open } from "../../src/platform/crypto/envelope";
import { createDeliveryWorld, type DeliveryWorld } from "./support/delivery-world";

let world: DeliveryWorld;
beforeAll(async () => void (world = await createDeliveryWorld()));
afterAll(() => world.close());

const command = (key: string) => ({ id: `service:${key}`, code: "other", actor: "olga" });
const stop = (key: string) => stopService(world.deps, command(key));
const resume = (key: string) => resumeService(world.deps, command(key));
const entries = (key: string) =>
  world.deps.db.query<{ action: string; actor: string }>("findEntries", "select action, actor from audit_entry_facts where object = $1 and action like 'erasure.%' order by action desc", [`service:${key}`]);

test("a stopped service gets no orders until it is resumed; other services do", async () => {
  const service = await world.service("orders");
  const other = await world.service("billing");
  const [held, sent] = [await world.order(service), await world.order(other)];
  expect(await stop("orders")).toMatchObject({ key: "orders" });
  await world.deliver();
  expect(await world.find(held)).toMatchObject({ state: "QUEUED", attempts: 0 });
  expect(await world.find(sent)).toMatchObject({ state: "ANSWERED" });
  await resume("orders");
  await world.deliver();
  expect(await world.find(held)).toMatchObject({ state: "ANSWERED" });
});

test("stopping what is stopped and resuming what runs changes nothing and writes nothing", async () => {
  await world.service("quiet");
  await resume("quiet");
  await stop("quiet");
  await stop("quiet");
  await resume("quiet");
  await resume("quiet");
  expect(await entries("quiet")).toEqual([{ action: "erasure.stop-service", actor: "olga" }, { action: "erasure.resume-service", actor: "olga" }]);
});

test("an unknown service, or a reason that is no code, is refused", async () => {
  await expect(stop("nobody")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await world.service("reasoned");
  await expect(stopService(world.deps, { ...command("reasoned"), code: "I felt like it" })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  expect(await entries("reasoned")).toEqual([]);
});

test("the note of a stop is kept sealed", async () => {
  await world.service("noted");
  await stopService(world.deps, { ...command("noted"), note: "Mara called" });
  const [row] = await world.deps.db.query<{ id: string; note: string; note_key: string }>("findDecision", "select id, note, note_key from endpoint_decisions where service_key = 'noted'");
  expect(row!.note).not.toContain("Mara");
  const place = { table: "endpoint_decisions", row: row!.id };
  const key = world.deps.keyring.unwrapDataKey(row!.note_key, { ...place, column: "note_key" });
  expect(open(key, { ...place, column: "note" }, row!.note)).toBe("Mara called");
});

test("410 stops the service: its orders are dead at once, those yet to be given too, until it is resumed", async () => {
  const service = await world.service("gone");
  const before = [];
  service.reply = () => ({ status: 202 });
  const accepted = await world.order(service);
  await world.deliver();
  for (let at = 0; at < 20; at += 1) before.push(await world.order(service, { sendAt: new Date(world.clock.now().getTime() + 3_600_000) }));
  service.reply = () => ({ status: 410 });
  service.received.length = 0;
  const first = await world.order(service);
  await world.deliver();
  expect(service.received).toHaveLength(1);
  for (const id of [first, accepted, ...before]) {
    expect(await world.find(id)).toMatchObject({ state: "DEAD", lastError: "HTTP_410", deadReason: "GONE" });
    expect((await world.owner.heard(id)).at(-1)).toMatchObject({ type: "DEAD", detail: "HTTP_410 GONE", state: "DEAD" });
  }
  expect(await entries("gone")).toEqual([{ action: "erasure.stop-service", actor: "service:gone" }]);

  const after = await world.order(service);
  await world.deliver();
  world.clock.advance("P2D");
  await world.deliver();
  expect(await world.find(after)).toMatchObject({ state: "DEAD", attempts: 0 });
  expect(service.received).toHaveLength(1);
  expect((await world.owner.heard(first)).filter((heard) => heard.type === "DEAD")).toHaveLength(1);
  await expect(world.deps.transaction((tx) => replayOrder(tx, first))).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });

  await resume("gone");
  expect(await world.find(accepted)).toMatchObject({ state: "ACCEPTED", deadReason: null });
  expect(await world.find(first)).toMatchObject({ state: "QUEUED", deadReason: null });
  service.reply = ({ order }) => service.answered(order);
  await world.deliver();
  for (const id of [first, accepted, after, ...before]) expect(await world.find(id)).toMatchObject({ state: "ANSWERED" });
});

test("an order that was dead before the service was gone is dead after it is resumed, and due at once", async () => {
  const service = await world.service("long-dead");
  service.reply = () => ({ status: 500 });
  const dead = await world.order(service);
  await world.deliver();
  for (let attempt = 2; attempt <= 9; attempt += 1) {
    world.clock.set((await world.dueAt(dead))!);
    await world.deliver();
  }
  service.reply = () => ({ status: 410 });
  await world.order(service);
  await world.deliver();
  expect(await world.find(dead)).toMatchObject({ state: "DEAD", deadReason: "NINE_FAILURES" });
  await resume("long-dead");
  expect(await world.find(dead)).toMatchObject({ state: "DEAD", deadReason: "NINE_FAILURES" });
  expect(await world.dueAt(dead)).toEqual(world.clock.now());
});
