import { readFileSync } from "node:fs";
import { rotateEndpointKey } from "../../src/catalog/use-cases/rotate-endpoint-key";
import { type KeysFile, rotateSigningKey } from "../../src/platform/crypto/keys-file";
import { replaceKeysFile } from "../../src/platform/crypto/keys-storage";
import { generateSigningKey, type Order, parseSigningKey, parseVerifyingKey, signMessage, verifyMessage } from "../../src/protocol";
import { waitFor } from "../support/wait-for";
import { createDeliveryWorld, type DeliveryWorld } from "./support/delivery-world";
import { completeAnswer, type ReceivedOrder, type TestService } from "./support/test-service";

let world: DeliveryWorld;
let service: TestService;
beforeEach(async () => {
  world = await createDeliveryWorld();
  service = await world.service("orders");
});
afterEach(() => world.close());

interface PublishedKey {
  readonly id: string;
  readonly key: string;
  readonly from: string;
  readonly to: string | null;
  readonly use?: string;
}

const published = async (): Promise<PublishedKey[]> => ((await (await fetch(`${world.url}/orders/keys`)).json()) as { keys: PublishedKey[] }).keys;
const orderKeys = async (): Promise<string[]> => (await published()).filter(({ use }) => use === undefined).map(({ key }) => key);
const isTrusted = ({ headers, body }: ReceivedOrder, key: string): boolean =>
  verifyMessage(headers, body, [parseVerifyingKey(key)], world.clock.now()).fault === undefined;

async function deliverOne(): Promise<ReceivedOrder> {
  const id = await world.order(service);
  await world.deliver();
  expect(await world.find(id)).toMatchObject({ state: "ANSWERED" });
  return service.received.at(-1)!;
}

test("our public keys are published, those of certificates by their use", async () => {
  const { deps } = world;
  const [order, certificate] = [deps.keyring.orderKeys[0]!, deps.keyring.certificateKeys[0]!];
  expect(await published()).toEqual([
    { id: order.id, key: order.publicKey, from: order.from.toISOString(), to: null },
    { id: certificate.id, key: certificate.publicKey, from: certificate.from.toISOString(), to: null, use: "certificate" },
  ]);
});

test("while our keys rotate, a service that knows the old or the new one understands every order", async () => {
  const [old] = await orderKeys();
  const from = new Date(world.clock.now().getTime() + 3_600_000);
  const until = new Date(world.clock.now().getTime() + 7_200_000);
  const file = world.deps.config.keysFile;
  replaceKeysFile(file, rotateSigningKey(JSON.parse(readFileSync(file, "utf8")) as KeysFile, "orderKeys", from, until));
  await waitFor(async () => (await orderKeys()).length === 2);

  const announced = (await orderKeys()).find((key) => key !== old)!;
  const before = await deliverOne();
  expect([isTrusted(before, old!), isTrusted(before, announced)]).toEqual([true, false]);

  world.clock.set(from);
  const overlap = await deliverOne();
  expect([isTrusted(overlap, old!), isTrusted(overlap, announced)]).toEqual([true, true]);

  world.clock.set(until);
  const after = await deliverOne();
  expect([isTrusted(after, old!), isTrusted(after, announced)]).toEqual([false, true]);
  expect(await orderKeys()).toEqual([announced]);
});

test("while a service's key rotates, its answers are believed under both", async () => {
  const next = generateSigningKey();
  await rotateEndpointKey(world.deps, { service: "service:orders", publicKey: next.publicKey, actor: "tester" });
  await deliverOne();
  service.reply = ({ order }) => signedBy(next.privateKey, order);
  await deliverOne();
});

function signedBy(privateKey: string, order: Order) {
  const body = JSON.stringify(completeAnswer(order, world.clock.now()));
  return { status: 200, headers: { ...signMessage(order.orderId, world.clock.now(), body, [parseSigningKey(privateKey)]) }, body };
}
