import { createParticipant, erased, generateSigningKey, type ParticipantOptions } from "../../src/participant";
import { parseVerifyingKey, verifyMessage } from "../../src/protocol";
import { Office, ORDERS } from "./office";

const [own, next, cadastre] = [generateSigningKey(), generateSigningKey(), generateSigningKey()];
const good: ParticipantOptions = { service: "orders", privateKey: own.privateKey, trust: { keys: [cadastre.publicKey] }, datasets: [ORDERS] };
const office = new Office();
afterAll(() => office.close());

it("good options make a participant", () => {
  expect(() => createParticipant(good)).not.toThrow();
});

it.each<[string, object, string]>([
  ["a name in place of the service's key", { service: "Orders Team" }, "service"],
  ["a public key in place of the private one", { privateKey: own.publicKey }, "Signing key"],
  ["a shared secret to sign answers with", { privateKey: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }, "v1a only"],
  ["no key to sign answers with", { privateKey: [] }, "at least one is needed"],
  ["nobody to trust", { trust: { keys: [] } }, "trust.keys"],
  ["a private key to trust", { trust: { keys: [cadastre.privateKey] } }, "Verifying key"],
  ["a dataset named twice", { datasets: [ORDERS, ORDERS] }, "twice"],
  ["a misspelt handler", { datasets: [{ ...ORDERS, earse: () => erased(1) }] }, "no handler called earse"],
  ["a handler that is none", { datasets: [{ ...ORDERS, erase: erased(1) }] }, "not a function"],
  ["a handler for check, which the kit answers", { datasets: [{ ...ORDERS, check: () => erased(1) }] }, "no handler called check"],
])("%s shows at once", (_, change, message) => {
  expect(() => createParticipant({ ...good, ...change })).toThrow(message);
});

it("while its key is being changed a service signs with both", async () => {
  const { url } = await office.serve([{ ...ORDERS, erase: () => erased(1) }], { privateKey: [next.privateKey, own.privateKey] });
  const { headers, body } = await office.send(url, office.order());
  for (const { publicKey } of [own, next]) {
    expect(verifyMessage(headers, body, [parseVerifyingKey(publicKey)], office.clock.now()).fault).toBeUndefined();
  }
});

it("unless told otherwise, the log learns which order failed and nothing about the person", async () => {
  const written = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  const { url } = await office.serve([{
    ...ORDERS,
    erase: () => {
      throw new TypeError("jane@example.com");
    },
  }], { onError: undefined });
  const order = office.order();
  await office.send(url, order);
  expect(written.mock.calls).toEqual([[`cadastre: erase order ${order.orderId} failed with TypeError; pass onError to see more\n`]]);
  written.mockRestore();
});
