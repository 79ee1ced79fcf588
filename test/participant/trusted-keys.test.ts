import { erased } from "../../src/participant";
import { generateSigningKey, parseSigningKey, signMessage } from "../../src/protocol";
import { waitFor } from "../support/wait-for";
import { Office, ORDERS, post, type Response } from "./office";

interface PublishedKey { id: string; key: string; from: string; to: string | null; use?: string }

const office = new Office();
afterAll(() => office.close());

let published: PublishedKey[] = [];
let asked = 0;
let status = 200;
let keysUrl: string;
let url: string;
beforeEach(async () => {
  asked = 0;
  status = 200;
  published = [entry(office.key.publicKey)];
  keysUrl = await office.listen((_, response) => {
    asked += 1;
    response.writeHead(status).end(JSON.stringify({ keys: published }));
  });
  ({ url } = await office.serve([{ ...ORDERS, erase: () => erased(1) }], { trust: { keysUrl } }));
});

const entry = (key: string, change: Partial<PublishedKey> = {}): PublishedKey => ({ id: key.slice(5, 13), key, from: "2026-01-01T00:00:00Z", to: null, ...change });

function sendSignedWith(privateKey: string): Promise<Response> {
  const order = office.order();
  const body = JSON.stringify(order);
  return post(url, body, { ...signMessage(order.orderId, office.clock.now(), body, [parseSigningKey(privateKey)]) });
}

it("the keys that Cadastre publishes are trusted, and asked for once", async () => {
  for (const _ of [1, 2, 3]) expect(await office.outcomes(url, office.order())).toEqual(["ERASED 1"]);
  expect(asked).toBe(1);
});

it("a key that came into use since is found, without a restart", async () => {
  await office.ask(url, office.order());
  const newer = generateSigningKey();
  published = [entry(newer.publicKey), ...published];
  expect(await waitFor(async () => (await sendSignedWith(newer.privateKey)).status === 200)).toBe(true);
});

it("a stranger's orders do not make the service ask again and again", async () => {
  await office.ask(url, office.order());
  const stranger = generateSigningKey();
  const refused = await Promise.all(Array.from({ length: 20 }, () => sendSignedWith(stranger.privateKey)));
  expect(refused.map((response) => response.code)).toEqual(Array(20).fill("BAD_SIGNATURE"));
  expect(asked).toBeLessThanOrEqual(2);
});

it.each<[string, Partial<PublishedKey>]>([
  ["that signs certificates", { use: "certificate" }],
  ["that has run out", { to: "2026-03-02T09:00:00Z" }],
  ["that is not yet in use", { from: "2026-03-02T09:00:01Z" }],
])("a key %s orders nothing", async (_, change) => {
  const other = generateSigningKey();
  published.push(entry(other.publicKey, change));
  expect(await sendSignedWith(other.privateKey)).toMatchObject({ status: 401, code: "BAD_SIGNATURE" });
});

it("while no key can be had the attempt fails, and the order comes again", async () => {
  status = 500;
  expect(await office.send(url, office.order())).toMatchObject({ status: 503, code: "KEYS_UNAVAILABLE" });
  status = 200;
  expect(await waitFor(async () => (await office.send(url, office.order())).status === 200)).toBe(true);
});

it("the keys already known stay good while Cadastre cannot be asked", async () => {
  await office.ask(url, office.order());
  status = 500;
  await sendSignedWith(generateSigningKey().privateKey);
  expect(await office.outcomes(url, office.order())).toEqual(["ERASED 1"]);
});

it("a shared secret may be trusted instead", async () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  ({ url } = await office.serve([{ ...ORDERS, erase: () => erased(1) }], { trust: { keys: [secret] } }));
  expect(await sendSignedWith(secret)).toMatchObject({ status: 200 });
  expect(await sendSignedWith(office.key.privateKey)).toMatchObject({ status: 401 });
});
