import { accepted, discovered, erased, found, MemoryOrderStore, notFound, retained, type ParticipantDataset, type Reply } from "../../src/participant";
import { ORDER_KINDS, type OrderKind } from "../../src/protocol";
import { waitFor } from "../support/wait-for";
import { CARTS, Office, ORDERS, outcomesOf } from "./office";

const office = new Office();
afterAll(() => office.close());

const retention = { count: 2, rule: "invoices-10y", start: "2026-01-01", until: "2036-01-01", reason: "legal_obligation" as const, ref: "r-1" };

it("one dataset may be answered in several parts", async () => {
  const { url } = await office.serve([{ ...ORDERS, erase: () => [erased(3, { recordClass: "carts" }), retained({ ...retention, fields: ["total"] })] }]);
  const answer = await office.ask(url, office.order());
  expect(answer.observedAt).toBe(office.clock.now().toISOString());
  expect(answer.results).toEqual([{
    ...ORDERS,
    parts: [
      { outcome: "ERASED", count: 3, recordClass: "carts" },
      {
        outcome: "RETAINED", count: 2, fields: ["total"], retentionRule: "invoices-10y", retentionStart: "2026-01-01", retainedUntil: "2036-01-01",
        retentionReason: "legal_obligation", retentionRef: "r-1",
      },
    ],
  }]);
});

it("a handler is told the order, its dataset, the person and whether it is a dry run", async () => {
  const seen: unknown[] = [];
  const erase: ParticipantDataset["erase"] = (context) => {
    seen.push([context.dataset.name, context.dryRun, context.order.reason, context.identifiers("customer_id", "email")]);
    return notFound();
  };
  const { url } = await office.serve([{ ...ORDERS, erase }, { ...CARTS, erase }]);
  await office.ask(url, office.order({ dryRun: true, reason: "reapply", datasets: [CARTS, ORDERS] }));
  const person = { customer_id: [], email: ["jane@example.com"] };
  expect(seen).toEqual([[CARTS.name, true, "reapply", person], [ORDERS.name, true, "reapply", person]]);
});

it("nothing found or erased is NOT_FOUND", async () => {
  const { url } = await office.serve([{ ...ORDERS, erase: () => erased(0), verify: () => found(0), discover: () => discovered(0, []) }]);
  for (const kind of ["erase", "verify", "discover"] as const) expect(await office.outcomes(url, office.order({ kind }))).toEqual(["NOT_FOUND 0"]);
});

it("discover tells each further identifier once, whichever datasets know it", async () => {
  const customer = { identity_type: "customer_id", identity_value: "42" };
  const discover = () => discovered(1, [customer]);
  const { url } = await office.serve([{ ...ORDERS, discover }, { ...CARTS, discover }]);
  expect((await office.ask(url, office.order({ kind: "discover", datasets: [ORDERS, CARTS] }))).identities).toEqual([customer]);
});

describe("what the service cannot do is never called done", () => {
  const UNABLE = ["erase", "hold", "release", "restrict", "export", "notify", "plant"] as const;

  it.each(UNABLE)("%s of a dataset without a handler is UNSUPPORTED", async (kind) => {
    const { url } = await office.serve([ORDERS]);
    expect(await office.outcomes(url, office.order({ kind, datasets: [ORDERS, CARTS] }))).toEqual(["UNSUPPORTED 0", "UNSUPPORTED 0"]);
  });

  it.each(["discover", "verify", "sweep"] as const)("%s of a dataset without a handler is refused, since neither FOUND nor NOT_FOUND is known", async (kind) => {
    const verify = jest.fn(() => found(1));
    const { url } = await office.serve([{ ...ORDERS, [kind]: verify }]);
    expect(await office.send(url, office.order({ kind, phase: "hide", datasets: [ORDERS, CARTS] }))).toMatchObject({ status: 501, code: "UNSUPPORTED" });
    expect(verify).not.toHaveBeenCalled();
  });

  it("an order that names no dataset is refused", async () => {
    const { url } = await office.serve([ORDERS]);
    expect(await office.send(url, office.order({ datasets: [] }))).toMatchObject({ status: 501 });
  });

  // What JavaScript, drivers and haste bring forth in place of an outcome.
  const NO_OUTCOMES: [string, unknown][] = [
    ["nothing", undefined], ["null", null], ["true", true], ["a number", 3], ["a text", "ERASED"], ["an empty list", []], ["an empty object", {}],
    ["a list with nothing in it", [undefined]], ["a list of lists", [[erased(1)]]], ["an outcome without a count", { outcome: "ERASED" }],
    ["a count as text", { outcome: "ERASED", count: "3" }], ["parts that are empty", { parts: [], identities: [] }], ["an outcome of another kind", { outcome: "DONE", count: 1 }],
    ["retained for no rule", { outcome: "RETAINED", count: 1 }],
    ["identities for an erase", { parts: [{ outcome: "ERASED", count: 1 }], identities: [{ identity_type: "email", identity_value: "x" }] }],
    ["a note", { ...erased(1), note: "all gone" }],
  ];
  it.each(NO_OUTCOMES)("a handler that returns %s makes the attempt fail, 500", async (_, reply) => {
    const { url } = await office.serve([{ ...ORDERS, erase: () => reply as Reply<"erase"> }]);
    expect(await office.send(url, office.order())).toMatchObject({ status: 500, code: "INTERNAL" });
  });

  it("the same holds where another dataset is still busy", async () => {
    const { url } = await office.serve([{ ...ORDERS, erase: () => undefined as unknown as Reply<"erase"> }, { ...CARTS, erase: () => accepted() }]);
    expect(await office.send(url, office.order({ datasets: [ORDERS, CARTS] }))).toMatchObject({ status: 500 });
  });

  it.each(ORDER_KINDS.filter((kind) => kind !== "check"))("no kind of order is answered by a handler of %s that says nothing", async (kind: OrderKind) => {
    const { url } = await office.serve([{ ...ORDERS, [kind]: () => undefined }]);
    expect(await office.send(url, office.order({ kind, phase: "hide", recall_of: "order-0" }))).toMatchObject({ status: 500 });
  });

  it.each([undefined, null, NaN, -1, 0.5, "3"])("a count of %s is no count", (count) => {
    expect(() => erased(count as number)).toThrow("whole number");
    expect(() => found(count as number)).toThrow("whole number");
  });

  it("a look-up by nothing does not pass for absence", async () => {
    const { url } = await office.serve([{ ...ORDERS, verify: ({ identifiers }) => found(identifiers("customer_id").customer_id.length) }]);
    expect(await office.send(url, office.order({ kind: "verify" }))).toMatchObject({ status: 500 });
    const hashed = [{ identity_type: "customer_id", identity_value: "9f86d081", identity_format: "sha256" as const }];
    expect(await office.send(url, office.order({ kind: "verify", subject_identities: hashed }))).toMatchObject({ status: 500 });
  });
});

it("a handler that throws makes the order come again, and the error goes to the service, not to Cadastre", async () => {
  const errors: unknown[] = [];
  const erase = jest.fn<Reply<"erase">, []>(() => {
    throw new Error("duplicate key (email)=(jane@example.com)");
  });
  const { url } = await office.serve([{ ...ORDERS, erase }], { onError: (...reported) => errors.push(reported) });
  const order = office.order();
  const response = await office.send(url, order);
  expect(JSON.parse(response.body)).toEqual({ code: "INTERNAL", id: order.orderId });
  expect(errors).toEqual([[expect.objectContaining({ message: expect.stringContaining("duplicate key") }), { orderId: order.orderId, kind: "erase" }]]);

  erase.mockImplementation(() => erased(1));
  expect(await office.outcomes(url, { ...order, attempt: 2 })).toEqual(["ERASED 1"]);
});

it("a sentinel is planted, found by its identifier, erased and then absent, through the same handlers as a person", async () => {
  const rows = new Set<string>();
  const emails = (identifiers: (type: "email") => { email: string[] }): string[] => identifiers("email").email;
  const { url } = await office.serve([{
    ...ORDERS,
    plant: ({ identifiers }) => {
      for (const email of emails(identifiers)) rows.add(email);
      return { outcome: "DONE", count: rows.size };
    },
    verify: ({ identifiers }) => found(emails(identifiers).filter((email) => rows.has(email)).length),
    erase: ({ identifiers }) => erased(emails(identifiers).filter((email) => rows.delete(email)).length),
  }]);
  const outcomes: string[] = [];
  for (const kind of ["plant", "verify", "erase", "verify", "plant", "verify"] as const) outcomes.push(...await office.outcomes(url, office.order({ kind })));
  expect(outcomes).toEqual(["DONE 1", "FOUND 1", "ERASED 1", "NOT_FOUND 0", "DONE 1", "FOUND 1"]);
});

describe("a repeated order", () => {
  it("gets the same answer, signed anew, and the handler is not asked again", async () => {
    const erase = jest.fn(() => erased(2));
    const { url } = await office.serve([{ ...ORDERS, erase }]);
    const order = office.order();
    const first = await office.send(url, order);
    office.clock.advance("PT1H");
    const second = await office.send(url, { ...order, attempt: 2 });
    expect(second.body).toBe(first.body);
    expect(second.headers["webhook-timestamp"]).not.toBe(first.headers["webhook-timestamp"]);
    expect(outcomesOf(office.read(order, second))).toEqual(["ERASED 2"]);
    expect(erase).toHaveBeenCalledTimes(1);
  });

  it("that arrives while the first is being worked on waits for its answer", async () => {
    const store = new MemoryOrderStore();
    const transact = jest.spyOn(store, "transact");
    let finish = (): void => undefined;
    const erase = jest.fn(() => new Promise<Reply<"erase">>((resolve) => {
      finish = () => resolve(erased(2));
    }));
    const { url } = await office.serve([{ ...ORDERS, erase }], { store });
    const order = office.order();
    const deliveries = [1, 2, 3].map((attempt) => office.send(url, { ...order, attempt }));
    await waitFor(() => transact.mock.calls.length === 3);
    finish();
    const bodies = (await Promise.all(deliveries)).map(({ body }) => body);
    expect(new Set(bodies).size).toBe(1);
    expect(bodies[0]).toContain("ERASED");
    expect(erase).toHaveBeenCalledTimes(1);
  });

  it("under whose id another order was sent is refused, 409", async () => {
    const { url } = await office.serve([{ ...ORDERS, erase: () => erased(1), verify: () => found(1) }]);
    const order = office.order();
    await office.ask(url, order);
    for (const other of [{ kind: "verify" as const }, { dryRun: true }, { datasets: [ORDERS, CARTS] }]) {
      expect(await office.send(url, { ...order, ...other })).toMatchObject({ status: 409, code: "CONFLICT" });
    }
  });

  it("that told identifiers is looked up again, because they were not remembered", async () => {
    const discover = jest.fn(() => discovered(1, [{ identity_type: "customer_id", identity_value: "42" }]));
    const { url } = await office.serve([{ ...ORDERS, discover }]);
    const order = office.order({ kind: "discover" });
    const first = await office.ask(url, order);
    expect(await office.ask(url, order)).toEqual(first);
    expect(discover).toHaveBeenCalledTimes(2);
  });
});
