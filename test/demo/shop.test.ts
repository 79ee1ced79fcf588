import { exampleSigningKey } from "../../examples/shop/example-keys";
import { makePeople, pickWitness } from "../../examples/shop/people/people";
import { SERVICES } from "../../examples/shop/services/all-services";
import { publicKeyText } from "../../src/participant";
import { checkConformance } from "../../src/participant/conformance";
import { waitFor } from "../support/wait-for";
import { DESCRIPTOR, Office, outcomesOf, RunningService } from "./shop-world";

const people = makePeople();
const witness = pickWitness(people);
const { customerId: customer_id, email, phone } = witness;
const office = new Office();
let running: RunningService[] = [];

const start = async (key: string, env: Record<string, string> = {}): Promise<RunningService> => {
  const service = await RunningService.start(key, office, env);
  running.push(service);
  return service;
};

beforeAll(() => office.open());
afterEach(async () => {
  await Promise.all(running.map((service) => service.stop()));
  running = [];
});
afterAll(() => office.close());

it("a thousand people come of one seed, and no two share what they are known by", () => {
  expect(makePeople()).toEqual(people);
  const distinct = (known: "customerId" | "name" | "email" | "phone") => new Set(people.map((person) => person[known])).size;
  expect([distinct("customerId"), distinct("name"), distinct("email"), distinct("phone")]).toEqual([1000, 1000, 1000, 1000]);
});

it("the descriptor is without fault and names every service with its key and its port", () => {
  expect(DESCRIPTOR.errors).toEqual([]);
  const declared = DESCRIPTOR.services.map(({ input: { key, endpointUrl, publicKey } }) => [key, endpointUrl, publicKey]);
  const run = SERVICES.map(({ key, port }) => [key, `http://127.0.0.1:${port}/cadastre`, publicKeyText(exampleSigningKey(key))]);
  expect(declared).toEqual(run);
});

describe.each(SERVICES.map(({ key }) => key))("%s", (key) => {
  it("keeps the protocol, and declares every table and column that it has", async () => {
    const service = await start(key);
    const { checks } = await checkConformance(service.conformanceOptions);
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    const declared = service.datasets.map(({ name, fields }) => [name, fields.map((field) => field.name)]);
    const existing = service.datasets.map(async ({ name }) => [name, await service.columns(name.split(".").at(-1) ?? "")]);
    expect(declared).toEqual(await Promise.all(existing));
  });
});

it("identity tells the customer id of a person whose address is known", async () => {
  const service = await start("identity");
  const { identities } = await service.ask("discover", { email });
  expect(identities).toContainEqual({ identity_type: "customer_id", identity_value: customer_id });
});

it("what was collected after the request is spared", async () => {
  const service = await start("orders");
  const answer = await service.ask("erase", { customer_id }, { collected_before: witness.joinedAt.toISOString() });
  expect(outcomesOf(answer)).toEqual({ orders: ["NOT_FOUND 0"] });
  expect(await service.count("orders", `customer_id = '${customer_id}'`)).toBe(witness.purchases.length);
});

describe("billing", () => {
  it("keeps issued invoices until their day, without what the tax office does not need, and erases all else", async () => {
    const service = await start("billing");
    const invoices = witness.purchases.length;
    const before = await service.ask("verify", { customer_id });
    expect(outcomesOf(before)).toEqual({ invoices: [`FOUND ${invoices}`], payment_methods: ["FOUND 1"] });
    const answer = await service.ask("erase", { customer_id });

    const kept = await service.count("invoices", `customer_id = '${customer_id}'`);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(invoices);
    const retained = Array<string>(kept).fill("RETAINED 1");
    const erased = [`ERASED ${invoices - kept}`, `ERASED ${kept}`];
    expect(outcomesOf(answer)).toEqual({ invoices: [...erased, ...retained], payment_methods: ["ERASED 1"] });
    expect(outcomesOf(await service.ask("verify", { customer_id }))).toEqual({ invoices: retained, payment_methods: ["NOT_FOUND 0"] });
    expect(await service.count("invoices", `contact_email = '${email}'`)).toBe(0);
  });

  it("cites the declared rule, with the day of issue and ten years later", async () => {
    const { results } = await (await start("billing")).ask("erase", { customer_id });
    const parts = results.flatMap((result) => result.parts).filter(({ outcome }) => outcome === "RETAINED");
    expect(new Set(parts.map(({ retentionRule }) => retentionRule))).toEqual(new Set(DESCRIPTOR.rules.map(({ input }) => input.key)));
    for (const { retentionStart = "", retainedUntil } of parts) {
      expect(retainedUntil).toBe(`${Number(retentionStart.slice(0, 4)) + 10}${retentionStart.slice(4)}`);
    }
  });

  it("finds what it retained by its reference alone", async () => {
    const service = await start("billing");
    const datasets = service.datasets.filter(({ name }) => name.endsWith("invoices"));
    const [result] = (await service.ask("erase", { customer_id }, { datasets })).results;
    const retention_refs = result?.parts.flatMap(({ retentionRef }) => retentionRef ?? []).slice(0, 1);
    expect(outcomesOf(await service.ask("verify", {}, { datasets, retention_refs }))).toEqual({ invoices: ["RETAINED 1"] });
  });
});

describe("support", () => {
  const behindIt = { subject_request_id: "request-1" };

  it("accepts, erases later once it is permitted, and reports", async () => {
    const service = await start("support");
    office.permits = true;
    expect(outcomesOf(await service.ask("erase", { email }, behindIt))).toEqual({ tickets: [`ERASED ${witness.tickets.length}`] });
    await waitFor(() => office.receipts.length > 0);
    expect([await service.count("tickets", `email = '${email}'`), await service.count("erasure_jobs")]).toEqual([0, 0]);
  });

  it("reports who read whose tickets, and for what", async () => {
    office.accesses.length = 0;
    await start("support");
    await waitFor(() => office.accesses.length === 20);
    const tickets = { actor: "agent-7", dataset: "dataset:postgres%3A%2F%2Fshop%3A5432:support.public.tickets", fields: ["subject", "message"], purpose: "support", basis: "contract", allowed: true };
    for (const access of office.accesses) expect(access).toMatchObject({ ...tickets, identifier: { type: "email", value: expect.stringContaining("@") as string } });
  });

  it("erases nothing without a permit, and drops the job when the order is recalled", async () => {
    const service = await start("support");
    office.permits = false;
    await expect(service.ask("erase", { email }, { ...behindIt, orderId: "order-1" }, 20)).rejects.toThrow("accepted with 202");
    expect(await service.count("tickets", `email = '${email}'`)).toBe(witness.tickets.length);
    expect(outcomesOf(await service.ask("recall", {}, { recall_of: "order-1" }))).toEqual({ tickets: ["RECALLED 0"] });
    expect(await service.count("erasure_jobs")).toBe(0);
  });
});

it("a service that lies keeps what it erased where no order looks", async () => {
  const service = await start("marketing", { SHOP_LIE: "marketing" });
  expect(outcomesOf(await service.ask("erase", { email }))).toMatchObject({ subscriptions: ["ERASED 1"] });
  expect(outcomesOf(await service.ask("verify", { email }))).toMatchObject({ subscriptions: ["NOT_FOUND 0"] });
  expect(await service.count("old_subscriptions", `email = '${email}'`)).toBe(1);
});

it("a restarted service finds its data as it left them", async () => {
  const service = await start("identity");
  await service.ask("erase", { phone });
  expect(await service.count("people")).toBe(999);
  const again = await service.restart();
  running = [again];
  expect(await again.count("people")).toBe(999);
});
