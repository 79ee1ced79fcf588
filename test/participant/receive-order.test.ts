import { done, erased } from "../../src/participant";
import { generateSigningKey, MAX_ORDER_BYTES, parseSigningKey, signMessage, type Order } from "../../src/protocol";
import { Office, ORDERS, post, type Response } from "./office";

const office = new Office();
const erase = jest.fn(() => erased(1));
let url: string;
beforeAll(async () => {
  ({ url } = await office.serve([{ ...ORDERS, erase, hold: () => done(1) }]));
});
beforeEach(() => erase.mockClear());
afterAll(() => office.close());

function sign(body: string, id: string, at = office.clock.now(), key = office.key.privateKey): Record<string, string> {
  return { ...signMessage(id, at, body, [parseSigningKey(key)]) };
}

/** Sends `body` as if Cadastre had signed it under the order's id. */
function sendSigned(order: Order, body = JSON.stringify(order)): Promise<Response> {
  return post(url, body, sign(body, order.orderId));
}

it("an order that is signed, fresh and meant for us is obeyed", async () => {
  expect(await office.outcomes(url, office.order())).toEqual(["ERASED 1"]);
  expect(erase).toHaveBeenCalledTimes(1);
});

it("check is answered without a handler, for the datasets that are known", async () => {
  const order = office.order({ kind: "check", datasets: [ORDERS, { ...ORDERS, name: "other" }] });
  expect(await office.outcomes(url, order)).toEqual(["DONE 0", "UNSUPPORTED 0"]);
});

describe("refused before anything is read, 401", () => {
  it("an unsigned order", async () => {
    expect(await post(url, JSON.stringify(office.order()), {})).toMatchObject({ status: 401, code: "UNSIGNED" });
  });

  it("an order signed by a stranger", async () => {
    const order = office.order();
    const body = JSON.stringify(order);
    expect(await post(url, body, sign(body, order.orderId, undefined, generateSigningKey().privateKey))).toMatchObject({ status: 401, code: "BAD_SIGNATURE" });
  });

  it("an order that was altered on its way", async () => {
    const order = office.order({ dryRun: true });
    const altered = JSON.stringify({ ...order, dryRun: false });
    expect(await post(url, altered, sign(JSON.stringify(order), order.orderId))).toMatchObject({ status: 401, code: "BAD_SIGNATURE" });
  });

  it.each([["past", -301_000], ["future", 301_000]])("an order of the %s", async (_, offset) => {
    const order = office.order();
    const body = JSON.stringify(order);
    const at = new Date(office.clock.now().getTime() + offset);
    expect(await post(url, body, sign(body, order.orderId, at))).toMatchObject({ status: 401, code: "STALE" });
  });

  it("an order meant for another service", async () => {
    expect(await office.send(url, office.order({ audience: "service:billing" }))).toMatchObject({ status: 401, code: "WRONG_AUDIENCE" });
  });

  afterEach(() => expect(erase).not.toHaveBeenCalled());
});

describe("refused as malformed, 400", () => {
  it.each<[string, string]>([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["an unknown kind", '{"kind":"obliterate"}'],
  ])("%s", async (_, body) => {
    expect(await sendSigned(office.order(), body)).toMatchObject({ status: 400, code: "MALFORMED" });
  });

  it("an order signed under the id of another", async () => {
    const body = JSON.stringify(office.order());
    expect(await post(url, body, sign(body, "another"))).toMatchObject({ status: 400, code: "MALFORMED" });
  });
});

it("a body over 1 MiB is refused, 413", async () => {
  const order = office.order({ reason: "x".repeat(MAX_ORDER_BYTES) });
  expect(await sendSigned(order)).toMatchObject({ status: 413, code: "TOO_LARGE" });
});

it.each(["GET", "PUT", "DELETE"])("%s is refused, 405", async (method) => {
  const response = await post(url, "", {}, method);
  expect(response).toMatchObject({ status: 405, code: "METHOD_NOT_ALLOWED" });
  expect(response.headers.allow).toBe("POST");
});

it("a refusal names the order, once it is known to be one", async () => {
  const order = office.order({ kind: "verify" });
  expect(JSON.parse((await office.send(url, order)).body)).toEqual({ code: "UNSUPPORTED", id: order.orderId });
});
