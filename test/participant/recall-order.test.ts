import { accepted, alreadyDone, erased, recalled, type ParticipantDataset } from "../../src/participant";
import type { Order } from "../../src/protocol";
import { CARTS, Office, ORDERS } from "./office";

const office = new Office();
afterAll(() => office.close());

const recallOf = (order: Order, parts: Partial<Order> = {}): Order =>
  office.order({ kind: "recall", recall_of: order.orderId, datasets: order.datasets, ...parts });
const slow: ParticipantDataset = { ...ORDERS, erase: () => accepted() };

it("an order that was never seen is recalled, and not obeyed should it still arrive", async () => {
  const erase = jest.fn(() => erased(1));
  const { url } = await office.serve([{ ...ORDERS, erase }]);
  const order = office.order();
  expect(await office.outcomes(url, recallOf(order))).toEqual(["RECALLED 0"]);
  expect(await office.send(url, order)).toMatchObject({ status: 409, code: "RECALLED" });
  expect(erase).not.toHaveBeenCalled();
});

it("an order that was answered is already done", async () => {
  const { url } = await office.serve([{ ...ORDERS, erase: () => erased(1) }]);
  const order = office.order();
  await office.ask(url, order);
  expect(await office.outcomes(url, recallOf(order))).toEqual(["ALREADY_DONE 0"]);
});

it("of an accepted order the service says whether its effect can still be stopped", async () => {
  const answers = { recalled, alreadyDone };
  for (const [answer, outcome] of [["recalled", "RECALLED 0"], ["alreadyDone", "ALREADY_DONE 0"]] as const) {
    const { url } = await office.serve([{ ...slow, recall: () => answers[answer]() }]);
    const order = office.order();
    expect(await office.send(url, order)).toMatchObject({ status: 202 });
    expect(await office.outcomes(url, recallOf(order))).toEqual([outcome]);
  }
});

it("a recalled order's delayed effect does not take place", async () => {
  const { url, participant } = await office.serve([{ ...slow, recall: () => recalled() }]);
  const order = office.order();
  await office.send(url, order);
  await office.ask(url, recallOf(order));
  const effect = jest.fn(() => [{ ...ORDERS, reply: erased(1) }]);
  expect(await participant.complete(order.orderId, effect)).toBe("RECALLED");
  expect(effect).not.toHaveBeenCalled();
});

it("an accepted order whose effect nobody can vouch for is not called recalled: the recall comes again and finds it done", async () => {
  const { url, participant } = await office.serve([slow], { receipts: { attempts: 1, waitMs: 0 } });
  const order = office.order();
  const recall = recallOf(order);
  await office.send(url, order);
  expect(await office.send(url, recall)).toMatchObject({ status: 501, code: "UNSUPPORTED" });
  await expect(participant.complete(order.orderId, [{ ...ORDERS, reply: erased(1) }])).rejects.toThrow("no callback");
  expect(await office.outcomes(url, recall)).toEqual(["ALREADY_DONE 0"]);
});

it("of a partly accepted order only what is still to come can be recalled", async () => {
  const { url } = await office.serve([{ ...ORDERS, erase: () => erased(1), recall: () => recalled() }, { ...slow, ...CARTS, recall: () => recalled() }]);
  const order = office.order({ datasets: [ORDERS, CARTS] });
  await office.send(url, order);
  expect(await office.outcomes(url, recallOf(order))).toEqual(["ALREADY_DONE 0", "RECALLED 0"]);
});

it("a service that lost its memory asks its recall handler, which knows the jobs", async () => {
  const { url } = await office.serve([{ ...slow, recall: () => alreadyDone() }]);
  expect(await office.outcomes(url, recallOf(office.order()))).toEqual(["ALREADY_DONE 0"]);
});

it("a repeated recall gets the same answer, and a second recall of the same order the same outcome", async () => {
  const recall = jest.fn(() => recalled());
  const { url } = await office.serve([{ ...slow, recall }]);
  const order = office.order();
  await office.send(url, order);
  const first = recallOf(order);
  const answer = await office.ask(url, first);
  office.clock.advance("PT1H");
  expect(await office.ask(url, first)).toEqual(answer);
  expect(await office.outcomes(url, recallOf(order))).toEqual(["RECALLED 0"]);
  expect(recall).toHaveBeenCalledTimes(1);
});

it("a dry recall stops nothing", async () => {
  const { url } = await office.serve([{ ...ORDERS, erase: () => erased(1) }]);
  const order = office.order();
  expect(await office.outcomes(url, recallOf(order, { dryRun: true }))).toEqual(["RECALLED 0"]);
  expect(await office.outcomes(url, order)).toEqual(["ERASED 1"]);
});

it("a recall for a dataset that the service does not have is refused", async () => {
  const { url } = await office.serve([{ ...ORDERS, erase: () => erased(1) }]);
  expect(await office.send(url, recallOf(office.order({ datasets: [CARTS] })))).toMatchObject({ status: 501 });
});

it("a recall is answered at once, not later", async () => {
  const { url } = await office.serve([{ ...slow, recall: () => accepted() }]);
  const order = office.order();
  await office.send(url, order);
  expect(await office.send(url, recallOf(order))).toMatchObject({ status: 500 });
});
