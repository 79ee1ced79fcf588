import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createDeliveryWorld, type DeliveryWorld } from "../dispatch/support/delivery-world";
import type { Reply, TestService } from "../dispatch/support/test-service";
import { waitFor } from "../support/wait-for";
import type { Point, WorkerSettings } from "./worker-process";

let world: DeliveryWorld;
let worker: ChildProcess | undefined;
interface HonestService extends TestService {
  /** Ids of the orders that took effect. */
  readonly effects: string[];
}

beforeEach(async () => void (world = await createDeliveryWorld()));
afterEach(async () => {
  worker?.kill("SIGKILL");
  await world.close();
});

/** A service that does what an order says once for each id, as every service must. */
async function honestService(key: string): Promise<HonestService> {
  const effects: string[] = [];
  const service = Object.assign(await world.service(key), { effects });
  service.reply = ({ order, headers }) => {
    const id = headers["webhook-id"] as string;
    if (!effects.includes(id)) effects.push(id);
    return service.answered(order);
  };
  return service;
}

function startWorker(stopAt: Point): ChildProcess {
  const settings: WorkerSettings = { databaseUrl: world.databaseUrl, keysFile: world.deps.config.keysFile, now: world.clock.now().toISOString(), stopAt };
  const root = join(__dirname, "../..");
  const args = ["--require", join(root, "scripts/swc-register.cjs"), join(__dirname, "worker-process.ts"), JSON.stringify(settings)];
  worker = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  return worker;
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  expect(await exit).toEqual([null, "SIGKILL"]);
}

/** PostgreSQL takes a moment to notice that the killed worker has left its transaction. */
async function deliverByAnother(ids: readonly string[]): Promise<void> {
  await waitFor(async () => {
    await world.deliver();
    const states = await Promise.all(ids.map(async (id) => (await world.find(id)).state));
    return states.every((state) => state === "ANSWERED");
  });
}

async function expectEachAnsweredOnce(ids: readonly string[], services: readonly HonestService[]): Promise<void> {
  const sorted = [...ids].sort();
  expect(await world.deps.db.query("findLeftInQueue", "select from order_queue")).toEqual([]);
  expect(services.flatMap(({ effects }) => effects).sort()).toEqual(sorted);
  const answered = (await world.owner.heard()).filter((heard) => heard.type === "ANSWERED");
  expect(answered.map((heard) => heard.orderId).sort()).toEqual(sorted);
}

/** The attempts that the service sees if the worker dies there, and how many were counted. */
const DEATHS: [Point, { seen: number[]; attempts: number }][] = [
  ["claiming", { seen: [1], attempts: 1 }],
  ["claimed", { seen: [2], attempts: 2 }],
  ["called", { seen: [1, 2], attempts: 2 }],
  ["recording", { seen: [1, 2], attempts: 2 }],
  ["recorded", { seen: [1], attempts: 1 }],
];

test.each(DEATHS)("a worker killed at the point %p loses nothing and does nothing twice", async (point, { seen, attempts }) => {
  const service = await honestService("orders");
  const id = await world.order(service);
  const child = startWorker(point);
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  expect(line.toString().trim()).toBe(point);
  await kill(child);

  world.clock.advance("PT1M");
  await deliverByAnother([id]);
  expect(service.received.map(({ order }) => order.attempt)).toEqual(seen);
  expect(await world.find(id)).toMatchObject({ attempts });
  await expectEachAnsweredOnce([id], [service]);
});

test("a worker killed in the middle of a call loses nothing and does nothing twice", async () => {
  const service = await honestService("orders");
  const honest = service.reply;
  service.reply = async (received): Promise<Reply> => {
    await honest(received);
    return "HANG";
  };
  const id = await world.order(service);
  const child = startWorker("nowhere");
  await waitFor(() => service.received.length === 1);
  await kill(child);

  service.reply = honest;
  expect(await world.dispatcher.runOnce()).toBe(0);
  world.clock.advance("PT1M");
  await deliverByAnother([id]);
  expect(service.received.map(({ order }) => order.attempt)).toEqual([1, 2]);
  await expectEachAnsweredOnce([id], [service]);
});

test("workers killed again and again under load lose nothing and do nothing twice", async () => {
  const services = await Promise.all(Array.from({ length: 5 }, (_, at) => honestService(`service-${at}`)));
  const ids = (await Promise.all(services.map((service) => Promise.all(Array.from({ length: 80 }, () => world.order(service)))))).flat();
  const received = (): number => services.reduce((sum, service) => sum + service.received.length, 0);
  for (let death = 1; death <= 4; death += 1) {
    const before = received();
    const child = startWorker("nowhere");
    await waitFor(() => received() >= before + 40, { deadlineMs: 20_000 });
    await kill(child);
    world.clock.advance("PT1M");
  }
  await deliverByAnother(ids);
  await expectEachAnsweredOnce(ids, services);
});
