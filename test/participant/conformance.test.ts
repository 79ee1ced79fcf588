import { randomUUID } from "node:crypto";
import {
  accepted, alreadyDone, checkConformance, done, erased, found, notFound, recalled, retained,
  type ConformanceReport, type DatasetHandlers, type OrderContext, type OrderStore, type OutgoingResponse, type ParticipantOptions,
} from "../../src/participant";
import { ORDER_KINDS, parseSigningKey, signMessage, type Order } from "../../src/protocol";
import { CARTS, Office, ORDERS, post } from "./office";

const office = new Office();
afterAll(() => office.close());

/** An honest dataset: rows looked up by e-mail. */
class Table {
  readonly rows: string[] = ["jane@example.com"];

  handlers(): DatasetHandlers<undefined> {
    return {
      discover: (context) => found(this.of(context).length),
      verify: (context) => found(this.of(context).length),
      erase: (context) => {
        const theirs = this.of(context);
        if (!context.dryRun) this.remove(theirs);
        return erased(theirs.length);
      },
      plant: (context) => {
        this.rows.push(...context.identifiers("email").email);
        return done(1);
      },
      hold: () => done(0),
      release: () => done(0),
    };
  }

  of({ identifiers }: Pick<OrderContext, "identifiers">): string[] {
    const { email } = identifiers("email");
    return this.rows.filter((row) => email.includes(row));
  }

  remove(theirs: string[]): void {
    for (const row of theirs) this.rows.splice(this.rows.indexOf(row), 1);
  }
}

const EXAMINED = [{ ...ORDERS, identifierTypes: ["email", "phone"] }, { ...CARTS, identifierTypes: ["email"] }];

/** An endpoint without the kit. */
function relay(answer: (body: string) => Promise<OutgoingResponse>): Promise<string> {
  return office.listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
      void answer(Buffer.concat(chunks).toString()).then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
    });
  });
}

async function examine(url: string, change: Partial<Parameters<typeof checkConformance>[0]> = {}): Promise<ConformanceReport> {
  return checkConformance({
    url, orderKeys: [parseSigningKey(office.key.privateKey)], serviceKeys: [office.serviceKey.publicKey], audience: "service:orders",
    datasets: EXAMINED, kinds: ORDER_KINDS, clock: office.clock, newId: randomUUID,
    post: (address, { headers, body }) => post(address, body, headers), polling: { times: 3, waitMs: 1 },
    ...change,
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

function failuresOf({ checks, passed }: ConformanceReport): string[] {
  const failures = checks.filter((check) => !check.passed);
  expect(passed).toBe(failures.length === 0);
  return failures.map(({ name, message }) => `${name} | ${message}`);
}

it("an honest service passes every check, and keeps its people and no sentinel", async () => {
  const table = new Table();
  const { url } = await office.serve([{ ...ORDERS, ...table.handlers() }, { ...CARTS, ...new Table().handlers() }]);
  const report = await examine(url);
  expect(failuresOf(report)).toEqual([]);
  expect(report.checks.length).toBe(19);
  expect(report.checks.every(({ message }) => message === null)).toBe(true);
  expect(report.at).toEqual(office.clock.now());
  expect(table.rows).toEqual(["jane@example.com"]);
});

it("checks of kinds that the service does not take are left out", async () => {
  const { url } = await office.serve([{ ...ORDERS, ...new Table().handlers() }, { ...CARTS, ...new Table().handlers() }]);
  const { checks } = await examine(url, { kinds: ["verify"] });
  expect(checks.map(({ name }) => name).filter((name) => /sentinel|recall|hold|dry|erase/.test(name))).toEqual([]);
});

it("a service that keeps what it must by a rule conforms", async () => {
  expect(await examineFlawed((table) => {
    const kept = new Set<string>();
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

it("a service that answers later conforms, asked again until it is done", async () => {
  const carts = new Table();
  const jobs: (() => Promise<unknown>)[] = [];
  const later: DatasetHandlers<undefined> = {
    ...carts.handlers(),
    erase: (context) => {
      jobs.push(() => participant.complete(context.order.orderId, async () => {
        const theirs = carts.of(context);
        if (!context.dryRun) carts.remove(theirs);
        return [{ ...CARTS, reply: erased(theirs.length) }];
      }));
      return accepted();
    },
    recall: () => recalled(),
  };
  const { participant, url } = await office.serve([{ ...ORDERS, ...new Table().handlers() }, { ...CARTS, ...later }], { receipts: { attempts: 1, waitMs: 0 } });
  const report = await examine(url, {
    // A job runs after its order was accepted; its receipt has no address here, so that the answer is asked for.
    post: async (address, { headers, body }) => {
      const response = await post(address, body, headers);
      await jobs.shift()?.().catch(() => undefined);
      return response;
    },
  });
  expect(failuresOf(report)).toEqual([]);
});

it("of a dataset that takes no sentinel nothing is claimed", async () => {
  const { url } = await office.serve([{ ...ORDERS, ...new Table().handlers(), plant: undefined }, { ...CARTS, ...new Table().handlers() }]);
  const { checks, passed } = await examine(url);
  expect(passed).toBe(true);
  expect(checks.find(({ name }) => name.startsWith("a planted sentinel"))?.message).toContain(`not shown of ${ORDERS.namespace} ${ORDERS.name}`);
});

describe("what is found out", () => {
  it("verify answers from what was erased instead of looking", async () => {
    const gone = new Set<string>();
    expect(await examineFlawed((table, honest) => ({
      verify: (context) => (context.identifiers("email").email.some((email) => gone.has(email)) ? notFound() : found(table.of(context).length)),
      erase: (context) => {
        if (!context.dryRun) for (const email of context.identifiers("email").email) gone.add(email);
        return honest.erase!(context);
      },
    }))).toEqual([expect.stringMatching(/^verify looks .*FOUND of a sentinel that was planted: .*orders answered NOT_FOUND/)]);
  });

  it("verify that always says NOT_FOUND", async () => {
    const failures = await examineFlawed(() => ({ verify: () => notFound() }));
    expect(failures.map((failure) => failure.split(" | ")[0])).toEqual(expect.arrayContaining(["a planted sentinel is FOUND, erased, then NOT_FOUND"]));
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
    expect(failuresOf(report)).toEqual([expect.stringContaining("no response")]);
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
