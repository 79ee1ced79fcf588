import type { IncomingHttpHeaders } from "node:http";
import {
  alreadyDone, done, erased, failed, found, generateSigningKey, notFound, retained,
  type ConformanceOptions, type DatasetHandlers, type OrderContext, type OrderStore, type OutgoingResponse, type ParticipantOptions,
} from "../../src/participant";
import { parseSigningKey, signMessage, type Answer, type Order } from "../../src/protocol";
import { CARTS_EXAMINED, examineAt, EXAMINED, failuresOf, type Row, Table } from "./examined";
import { CARTS, Office, ORDERS } from "./office";

const office = new Office();
afterAll(() => office.close());
const examine = (url: string, change: Partial<ConformanceOptions> = {}) => examineAt(office, url, change);

/** An endpoint without the kit. */
function relay(answer: (body: string, headers: IncomingHttpHeaders) => Promise<OutgoingResponse>): Promise<string> {
  return office.listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
      void answer(Buffer.concat(chunks).toString(), request.headers).then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
    });
  });
}

/** Examines an honest service whose orders table was changed by `flaw`. */
async function examineFlawed(
  flaw: (table: Table, honest: DatasetHandlers<undefined>) => DatasetHandlers<undefined>,
  options: Partial<ParticipantOptions> = {},
): Promise<string[]> {
  const table = new Table();
  const { url } = await office.serve([{ ...ORDERS, ...table.handlers(), ...flaw(table, table.handlers()) }, { ...CARTS, ...new Table().handlers() }], options);
  return failuresOf(await examine(url));
}

const age = (headers: IncomingHttpHeaders): number => office.clock.now().getTime() / 1000 - Number(headers["webhook-timestamp"]);

it("an honest service passes every check, and keeps its people and no sentinel", async () => {
  const table = new Table();
  const { url } = await office.serve([{ ...ORDERS, ...table.handlers() }, { ...CARTS, ...new Table().handlers() }]);
  const report = await examine(url);
  expect(failuresOf(report)).toEqual([]);
  expect(report.checks.length).toBe(26);
  expect(report.checks.flatMap(({ message }) => message ?? [])).toEqual([
    "nothing to take back: orders to erase are answered at once", "nothing to permit: orders to erase are answered at once",
  ]);
  expect(report.at).toEqual(office.clock.now());
  expect(report.live).toEqual(EXAMINED);
  expect(table.rows).toEqual([{ email: "jane@example.com" }]);
});

it("checks of kinds that the service does not take are left out", async () => {
  const { url } = await office.serve([{ ...ORDERS, ...new Table().handlers() }, { ...CARTS, ...new Table().handlers() }]);
  const { checks } = await examine(url, { kinds: ["verify"] });
  expect(checks.map(({ name }) => name).filter((name) => /sentinel|recall|hold|dry|erase/.test(name))).toEqual([]);
});

it("a service that keeps what it must by a rule conforms", async () => {
  expect(await examineFlawed((table) => {
    const kept = new Set<Row>();
    const keep = { rule: "invoices-10y", start: "2026-01-01", until: "2036-01-01" };
    return {
      verify: (context) => {
        const theirs = table.of(context);
        return theirs.some((row) => kept.has(row)) ? retained({ count: theirs.length, ...keep }) : found(theirs.length);
      },
      erase: (context) => {
        const theirs = table.of(context);
        if (!context.dryRun) for (const row of theirs) kept.add(row);
        return theirs.length > 0 ? retained({ count: theirs.length, ...keep }) : notFound();
      },
    };
  })).toEqual([]);
});

it("a service that erases everybody with the one who asked is caught", async () => {
  expect(await examineFlawed((table) => ({
    erase: (context) => {
      const theirs = table.of(context);
      if (!context.dryRun && theirs.length > 0) table.rows.length = 0;
      return erased(theirs.length);
    },
  }))).toEqual([expect.stringMatching(/^erasing one person leaves the others \| .*FOUND of a sentinel, after another one was erased/)]);
});

it("a service whose discover finds nobody is caught", async () => {
  expect(await examineFlawed(() => ({ discover: () => notFound() }))).toEqual([expect.stringMatching(/^discover finds a planted sentinel \| /)]);
});

it("of a dataset that takes no sentinel nothing is claimed", async () => {
  const { url } = await office.serve([{ ...ORDERS, ...new Table().handlers(), plant: undefined }, { ...CARTS, ...new Table().handlers() }]);
  const { checks, passed } = await examine(url);
  expect(passed).toBe(true);
  expect(checks.find(({ name }) => name.startsWith("a planted sentinel"))?.message).toContain(`not shown of ${ORDERS.namespace} ${ORDERS.name}`);
});

describe("verify is not proven alive", () => {
  const liveBeside = async (flaw: (table: Table) => DatasetHandlers<undefined>): Promise<boolean[]> => {
    const table = new Table();
    const { url } = await office.serve([{ ...ORDERS, ...new Table().handlers() }, { ...CARTS, ...table.handlers(), ...flaw(table) }]);
    const { live } = await examine(url);
    return EXAMINED.map((dataset) => live.includes(dataset));
  };

  it("where it says RETAINED of all that it has", async () => {
    const keep = { rule: "tax", start: "2026-01-01", until: "2036-01-01" };
    expect(await liveBeside((table) => ({
      verify: (context) => (table.of(context).length > 0 ? retained({ count: 1, ...keep }) : notFound()),
    }))).toEqual([true, false]);
  });

  it("where it finds strangers", async () => {
    const known = new Set<string>();
    expect(await liveBeside((table) => ({
      plant: (context) => {
        context.identifiers("email").email.forEach((email) => known.add(email));
        return table.handlers().plant!(context);
      },
      verify: (context) => found(context.identifiers("email").email.some((email) => !known.has(email)) ? 1 : table.of(context).length),
    }))).toEqual([true, false]);
  });

  it("where it breaks when it is asked for its dataset alone", async () => {
    expect(await liveBeside((table) => ({
      verify: (context) => {
        if (context.order.datasets.length === 1) throw new Error("no other dataset");
        return found(table.of(context).length);
      },
    }))).toEqual([true, false]);
  });

  it("where it loses who is held", async () => {
    expect(await liveBeside((table) => ({
      hold: (context) => done(Number(table.remove(table.of(context)) ?? 1)),
    }))).toEqual([true, false]);
  });
});

describe("what is found out", () => {
  it("verify answers from what was erased instead of looking", async () => {
    const gone = new Set<string>();
    expect(await examineFlawed((table, honest) => ({
      verify: (context) => (context.order.subject_identities.some((each) => gone.has(each.identity_value)) ? notFound() : found(table.of(context).length)),
      erase: (context) => {
        if (!context.dryRun) for (const { identity_value } of context.order.subject_identities) gone.add(identity_value);
        return honest.erase!(context);
      },
    }))).toEqual([expect.stringMatching(/^verify looks .*FOUND of a sentinel that was planted again .*: .*orders answered NOT_FOUND$/)]);
  });

  it("verify that always says NOT_FOUND, and the others' verify is still proven alive", async () => {
    const { url } = await office.serve([{ ...ORDERS, ...new Table().handlers(), verify: () => notFound() }, { ...CARTS, ...new Table().handlers() }]);
    const report = await examine(url);
    expect(failuresOf(report)).toContainEqual(expect.stringContaining("a planted sentinel is FOUND, erased, then NOT_FOUND"));
    expect(report.live).toEqual([CARTS_EXAMINED]);
  });

  it("verify that does not look by every identifier that the dataset declares", async () => {
    expect(await examineFlawed((table) => ({
      verify: ({ order }) => found(table.rows.filter(({ email }) => order.subject_identities.some((each) => each.identity_value === email)).length),
    }))).toEqual([expect.stringMatching(/^verify finds the person by each identifier alone \| .*FOUND of a sentinel by its phone alone: .*orders answered NOT_FOUND$/)]);
  });

  it("verify that looks into another dataset", async () => {
    const carts = new Table();
    const { url } = await office.serve([
      { ...ORDERS, ...new Table().handlers(), verify: (context) => found(carts.of(context).length) }, { ...CARTS, ...carts.handlers() },
    ]);
    const report = await examine(url);
    expect(failuresOf(report)).toEqual([expect.stringMatching(/^verify looks into the dataset that it answers for \| .*orders answered NOT_FOUND$/)]);
    expect(report.live).toEqual([CARTS_EXAMINED]);
  });

  it("a hold that hides the person", async () => {
    expect(await examineFlawed((table) => ({
      hold: (context) => {
        table.remove(table.of(context));
        return done(1);
      },
    }))).toEqual([expect.stringMatching(/^a held sentinel stays.* FOUND of a sentinel that is held: .*orders answered NOT_FOUND$/)]);
  });

  it("a hold that does not end with its release", async () => {
    const held = new Set<string>();
    const note = ({ identifiers }: OrderContext) => done(identifiers("email").email.forEach((email) => held.add(email)) ?? 1);
    expect(await examineFlawed((table, honest) => ({
      hold: note,
      erase: (context) => (table.of(context).some(({ email }) => held.has(email)) ? failed(1) : honest.erase!(context)),
    }))).toEqual([expect.stringMatching(/^a held sentinel stays.* erase: expected ERASED, .*orders answered FAILED$/)]);
  });

  it("erase that erases nothing", async () => {
    expect(await examineFlawed((table) => ({ erase: (context) => erased(table.of(context).length) }))).toEqual(
      [expect.stringContaining("a planted sentinel is FOUND, erased, then NOT_FOUND | verify: expected NOT_FOUND of a sentinel that was erased")],
    );
  });

  it("erase that ignores the dry run", async () => {
    expect(await examineFlawed((table) => ({
      erase: (context) => {
        const theirs = table.of(context);
        table.remove(theirs);
        return erased(theirs.length);
      },
    }))).toEqual([expect.stringContaining("a dry run changes nothing")]);
  });

  it("an unknown person that is found", async () => {
    const failures = await examineFlawed(() => ({ discover: () => found(1) }));
    expect(failures).toEqual([expect.stringMatching(/^discover: an unknown person is NOT_FOUND \| .*orders answered FOUND$/)]);
  });

  it("a memory that does not last", async () => {
    const forgetful: OrderStore<undefined> = { transact: (_, step) => step({ known: undefined, tx: undefined, keep: async () => undefined }) };
    const names = (await examineFlawed(() => ({}), { store: forgetful })).map((failure) => failure.split(" | ")[0]);
    expect(names).toEqual([
      "a repeated erase is answered as the first time, not as a second erasure",
      "recall: an order that was answered is ALREADY_DONE",
      "recall: an order that comes after its recall has no effect",
    ]);
  });

  it("a recall handler that always says already done", async () => {
    expect(await examineFlawed(() => ({ recall: () => alreadyDone() }))).toEqual([expect.stringContaining("recall: an order that comes after its recall")]);
  });

  it("holds that are not supported although they are offered", async () => {
    expect(await examineFlawed(() => ({ hold: undefined }))).toEqual([expect.stringMatching(/^hold and release are confirmed \| .*UNSUPPORTED/)]);
  });

  it("verify that finds nobody as soon as an order says until when data counts", async () => {
    const failures = await examineFlawed((table) => ({ verify: (context) => found(context.order.collected_before ? 0 : table.of(context).length) }));
    expect(failures).toContainEqual(expect.stringContaining("a planted sentinel is FOUND, erased, then NOT_FOUND"));
  });

  it("an answer that changes when the order is repeated", async () => {
    let answers = 0;
    const { participant } = await office.serve([{ ...ORDERS, ...new Table().handlers() }, { ...CARTS, ...new Table().handlers() }]);
    const url = await relay(async (body, headers) => {
      const response = await participant.handle({ method: "POST", headers, body: Buffer.from(body) });
      const { orderId, kind } = JSON.parse(body) as Order;
      if (kind !== "check" || response.status !== 200) return response;
      answers += 1;
      const changed = JSON.stringify({ ...(JSON.parse(response.body) as Answer), observedAt: `2026-03-02T09:00:${String(answers).padStart(2, "0")}Z` });
      return { ...response, body: changed, headers: signMessage(orderId, office.clock.now(), changed, [parseSigningKey(office.serviceKey.privateKey)]) };
    });
    expect(failuresOf(await examine(url))).toEqual([
      "a repeated order is answered identically | check, sent twice under one orderId: expected the same answer twice, got another observedAt",
    ]);
  });

  it("an answer signed with another key than the service's", async () => {
    const datasets = [{ ...ORDERS, ...new Table().handlers() }, { ...CARTS, ...new Table().handlers() }];
    const { url } = await office.serve(datasets, { privateKey: generateSigningKey().privateKey });
    expect(failuresOf(await examine(url))).toEqual([expect.stringMatching(/^a signed order is answered.*does the service sign with the key that is registered\? \(BAD_SIGNATURE\)$/)]);
  });

  it.each<[string, (order: Order, headers: IncomingHttpHeaders) => boolean, string[]]>([
    ["without a signature", (_, headers) => headers["webhook-signature"] === undefined, ["an unsigned order is refused"]],
    ["of the past", (_, headers) => age(headers) > 300, ["an old timestamp is refused"]],
    ["of the future", (_, headers) => age(headers) < -300, ["a timestamp from the future is refused"]],
    ["for others", ({ audience }) => audience !== "service:orders", ["an order for another audience is refused"]],
    ["that anybody signed", (_, headers) => Math.abs(age(headers)) < 300, ["a forged signature is refused", "an order that was altered on its way is refused"]],
  ])("an endpoint that takes orders %s", async (_, forgives, expected) => {
    const { participant } = await office.serve([{ ...ORDERS, ...new Table().handlers() }, { ...CARTS, ...new Table().handlers() }]);
    const url = await relay(async (body, headers) => {
      const order = JSON.parse(body) as Order;
      if (!forgives(order, headers)) return participant.handle({ method: "POST", headers, body: Buffer.from(body) });
      const isForOthers = order.audience !== "service:orders" && expected[0]?.includes("audience");
      const text = isForOthers ? JSON.stringify({ ...order, audience: "service:orders" }) : body;
      const signed = signMessage(order.orderId, office.clock.now(), text, [parseSigningKey(office.key.privateKey)]);
      return participant.handle({ method: "POST", headers: signed, body: Buffer.from(text) });
    });
    const failures = failuresOf(await examine(url));
    expect(failures.map((failure) => failure.split(" | ")[0])).toEqual(expected);
    expect(failures[0]).toMatch(/ \| check, .*: expected a refusal with HTTP 401, got HTTP 200$/);
  });

  it("an endpoint that obeys everybody", async () => {
    const { participant } = await office.serve([{ ...ORDERS, ...new Table().handlers() }, { ...CARTS, ...new Table().handlers() }]);
    // Makes every order a good one before it is looked at.
    const url = await relay(async (body) => {
      const order = { ...(JSON.parse(body) as Order), audience: "service:orders" };
      const text = JSON.stringify(order);
      const headers = signMessage(order.orderId, office.clock.now(), text, [parseSigningKey(office.key.privateKey)]);
      return participant.handle({ method: "POST", headers, body: Buffer.from(text) });
    });
    expect(failuresOf(await examine(url)).map((failure) => failure.split(" | ")[0])).toEqual([
      "an unsigned order is refused",
      "a forged signature is refused",
      "an order that was altered on its way is refused",
      "an old timestamp is refused",
      "a timestamp from the future is refused",
      "an order for another audience is refused",
    ]);
  });

  it.each<[string, OutgoingResponse, string]>([
    ["is not signed", { status: 200, headers: {}, body: "{}" }, "UNSIGNED"],
    ["has no body", { status: 204, headers: {}, body: "" }, "expected a signed answer, got HTTP 204"],
    ["never comes", { status: 202, headers: {}, body: "" }, "accepted with 202, but not answered"],
  ])("an answer that %s", async (_, response, fault) => {
    expect(failuresOf(await examine(await relay(async () => response)))).toEqual([expect.stringContaining(fault)]);
  });

  it("an answer that leaves a dataset out, though signed", async () => {
    const url = await relay(async (body) => {
      const { orderId, kind, dryRun } = JSON.parse(body) as Order;
      const answer = JSON.stringify({ orderId, kind, dryRun, observedAt: "2026-03-02T09:00:00Z", results: [{ ...ORDERS, parts: [{ outcome: "DONE", count: 0 }] }] });
      const headers = signMessage(orderId, office.clock.now(), answer, [parseSigningKey(office.serviceKey.privateKey)]);
      return { status: 200, headers, body: answer };
    });
    expect(failuresOf(await examine(url))).toEqual([expect.stringContaining("DATASET_MISSING")]);
  });

  it("an endpoint that does not respond gets one order and no more", async () => {
    const report = await examine("http://127.0.0.1:1/");
    expect(failuresOf(report)).toEqual([expect.stringContaining("expected a response, got none")]);
    expect(report.checks).toHaveLength(1);
  });

  it("a service without keys of its own, or with a shared secret, proves nothing", async () => {
    const { url } = await office.serve([{ ...ORDERS, ...new Table().handlers() }, { ...CARTS, ...new Table().handlers() }]);
    for (const serviceKeys of [[], ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]]) {
      expect(failuresOf(await examine(url, { serviceKeys }))).toEqual([expect.stringContaining("BAD_SIGNATURE")]);
    }
  });

  it("datasets that nobody can be looked up in", async () => {
    const { url } = await office.serve([{ ...ORDERS, ...new Table().handlers() }]);
    const failures = failuresOf(await examine(url, { datasets: [{ ...ORDERS, identifierTypes: [] }], kinds: ["verify", "check"] }));
    expect(failures).toEqual([expect.stringContaining("declare identifierTypes")]);
  });
});
