import type { IncomingHttpHeaders } from "node:http";
import { accepted, discovered, erased, found, notFound } from "../../src/participant";
import { checkAnswer, parseVerifyingKey, verifyMessage, type Order } from "../../src/protocol";
import { CARTS, Office, ORDERS } from "./office";

/** Cadastre's door for receipts: notes what comes and answers what the test says, 200 in the end. */
class ReceiptDoor {
  readonly received: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  statuses: (number | "reset")[] = [];
  url = "";

  async open(office: Office): Promise<void> {
    this.url = await office.listen((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
        this.received.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString() });
        const status = this.statuses.shift() ?? 200;
        if (status === "reset") request.socket.destroy();
        else response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end();
      });
    });
  }
}

const office = new Office();
let door: ReceiptDoor;
beforeEach(async () => {
  door = new ReceiptDoor();
  await door.open(office);
});
afterAll(() => office.close());

const receipts = { attempts: 3, waitMs: 1 };
const accept = { ...ORDERS, erase: () => accepted() };
const order = (parts: Partial<Order> = {}): Order => office.order({ status_callback_urls: [`${door.url}receipt`], ...parts });

it("an accepted order is answered 202, also when it is asked for again, and then by a signed receipt", async () => {
  const { url, participant } = await office.serve([accept], { receipts });
  const taken = order();
  for (const attempt of [1, 2]) expect(await office.send(url, { ...taken, attempt })).toMatchObject({ status: 202, code: "ACCEPTED" });

  expect(await participant.complete(taken.orderId, [{ ...ORDERS, reply: erased(4) }])).toBe("ANSWERED");
  const [receipt] = door.received;
  expect(receipt!.path).toBe("/receipt");
  const verified = verifyMessage(receipt!.headers, receipt!.body, [parseVerifyingKey(office.serviceKey.publicKey)], office.clock.now());
  expect(verified).toMatchObject({ id: taken.orderId });
  expect(checkAnswer(taken, receipt!.body)).toMatchObject({ answer: { results: [{ ...ORDERS, parts: [{ outcome: "ERASED", count: 4 }] }] } });
});

it("once completed, the same order is answered when Cadastre asks again", async () => {
  const { url, participant } = await office.serve([accept], { receipts });
  const taken = order();
  await office.send(url, taken);
  await participant.complete(taken.orderId, [{ ...ORDERS, reply: erased(4) }]);
  expect(await office.outcomes(url, taken)).toEqual(["ERASED 4"]);
});

it("what answered at once and what came later make one receipt", async () => {
  const { url, participant } = await office.serve([accept, { ...CARTS, erase: () => erased(1) }], { receipts });
  const taken = order({ datasets: [ORDERS, CARTS] });
  await office.send(url, taken);
  await participant.complete(taken.orderId, [{ ...ORDERS, reply: notFound() }]);
  expect(checkAnswer(taken, door.received[0]!.body).fault).toBeUndefined();
});

it("a receipt that leaves a dataset out, or says nothing of it, is not sent and may be corrected", async () => {
  const { url, participant } = await office.serve([accept, { ...CARTS, erase: () => accepted() }], { receipts });
  const taken = order({ datasets: [ORDERS, CARTS] });
  await office.send(url, taken);
  const half = [{ ...ORDERS, reply: erased(1) }];
  await expect(participant.complete(taken.orderId, half)).rejects.toThrow("DATASET_MISSING");
  await expect(participant.complete(taken.orderId, [...half, { ...CARTS, reply: undefined as never }])).rejects.toThrow("no outcome");
  await expect(participant.complete(taken.orderId, [...half, { ...CARTS, reply: accepted() as never }])).rejects.toThrow();
  expect(await participant.complete(taken.orderId, [...half, { ...CARTS, reply: erased(2) }])).toBe("ANSWERED");
  expect(door.received).toHaveLength(1);
});

it("the delayed effect runs once, however often completion is tried", async () => {
  const { url, participant } = await office.serve([accept], { receipts: { attempts: 1, waitMs: 1 } });
  const taken = order();
  await office.send(url, taken);
  const effect = jest.fn(() => [{ ...ORDERS, reply: erased(4) }]);
  door.statuses = [500];
  await expect(participant.complete(taken.orderId, effect)).rejects.toMatchObject({ name: "ReceiptNotTaken", reason: "HTTP 500" });
  expect(await participant.complete(taken.orderId, effect)).toBe("ANSWERED");
  expect(effect).toHaveBeenCalledTimes(1);
  expect(door.received[1]!.body).toBe(door.received[0]!.body);
});

it("an effect that fails leaves the order accepted", async () => {
  const { url, participant } = await office.serve([accept], { receipts });
  const taken = order();
  await office.send(url, taken);
  await expect(participant.complete(taken.orderId, () => {
    throw new Error("the index is locked");
  })).rejects.toThrow("the index is locked");
  expect(await office.send(url, taken)).toMatchObject({ status: 202 });
});

it("an order that this service never accepted cannot be completed", async () => {
  const { participant } = await office.serve([accept], { receipts });
  await expect(participant.complete("order-unknown", [{ ...ORDERS, reply: erased(4) }])).rejects.toThrow("not known");
});

it.each([["a broken connection", "reset"], ["500", 500], ["429", 429], ["503", 503], ["a redirect", 302]] as const)("%s: the receipt is posted again, freshly signed", async (_, status) => {
  const { url, participant } = await office.serve([accept], { receipts });
  const taken = order();
  await office.send(url, taken);
  door.statuses = [status];
  expect(await participant.complete(taken.orderId, [{ ...ORDERS, reply: erased(4) }])).toBe("ANSWERED");
  expect(door.received.map(({ path }) => path)).toEqual(["/receipt", "/receipt"]);
});

it.each([400, 401, 404, 413])("a receipt refused with %d is not posted again", async (status) => {
  const { url, participant } = await office.serve([accept], { receipts });
  const taken = order();
  await office.send(url, taken);
  door.statuses = [status];
  await expect(participant.complete(taken.orderId, [{ ...ORDERS, reply: erased(4) }])).rejects.toMatchObject({ name: "ReceiptNotTaken", reason: `HTTP ${status}` });
  expect(door.received).toHaveLength(1);
});

it("without a callback in the order the receipt goes to Cadastre's URL", async () => {
  const { url, participant } = await office.serve([accept], { receipts, cadastreUrl: door.url });
  const taken = order({ status_callback_urls: [] });
  await office.send(url, taken);
  await participant.complete(taken.orderId, [{ ...ORDERS, reply: erased(4) }]);
  expect(door.received[0]!.path).toBe(`/orders/${taken.orderId}/receipt`);
});

it("identifiers found later are forgotten once their receipt is taken", async () => {
  const { url, participant } = await office.serve([{ ...ORDERS, discover: () => accepted() }], { receipts });
  const taken = order({ kind: "discover" });
  const reply = discovered(1, [{ identity_type: "customer_id", identity_value: "42" }]);
  await office.send(url, taken);
  await participant.complete(taken.orderId, [{ ...ORDERS, reply }]);
  expect(door.received[0]!.body).toContain('"identity_value":"42"');
  expect(await office.send(url, taken)).toMatchObject({ status: 202 });
});

it("later answers are for every kind: a verification may take its time", async () => {
  const { url, participant } = await office.serve([{ ...ORDERS, verify: () => accepted() }], { receipts });
  const taken = order({ kind: "verify" });
  await office.send(url, taken);
  await participant.complete(taken.orderId, [{ ...ORDERS, reply: found(1) }]);
  expect(await office.outcomes(url, taken)).toEqual(["FOUND 1"]);
});
