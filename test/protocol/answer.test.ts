import fc from "fast-check";
import { checkAnswer, MAX_ANSWER_BYTES, ORDER_KINDS, OUTCOMES } from "../../src/protocol";
import type { Answer, AskedOrder, OrderKind } from "../../src/protocol";

const orders = { namespace: "postgres://orders:5432", name: "shop.public.orders" };
const invoices = { namespace: "postgres://orders:5432", name: "shop.public.invoices" };
const order: AskedOrder = { orderId: "0193-a", kind: "erase", dryRun: false, datasets: [orders, invoices] };
const erased = [{ outcome: "ERASED" as const, count: 3 }];
const retained = {
  outcome: "RETAINED", count: 2, retentionRule: "invoices-10y", retentionStart: "2026-01-01", retainedUntil: "2036-01-01T00:00:00Z",
};
const answer = {
  orderId: order.orderId, kind: order.kind, dryRun: false, observedAt: "2026-11-22T10:00:00Z",
  results: [{ ...orders, parts: erased }, { ...invoices, parts: erased }],
} satisfies Answer;

const faultOf = (body: unknown, asked: AskedOrder = order): string | undefined => checkAnswer(asked, JSON.stringify(body)).fault;
const withPart = (part: unknown): unknown => ({ ...answer, results: [{ ...orders, parts: [part] }, { ...invoices, parts: erased }] });
const of = (kind: OrderKind, outcome: string): unknown => ({ ...withPart({ ...retained, outcome }) as object, kind, results: [{ ...orders, parts: [{ ...retained, outcome }] }] });

it("an answer that accounts for every dataset asked is taken", () => {
  expect(checkAnswer(order, JSON.stringify(answer))).toEqual({ answer });
});

it("datasets may be answered in any order, in several parts", () => {
  expect(faultOf({ ...answer, results: [{ ...invoices, parts: [...erased, retained] }, answer.results[0]] })).toBeUndefined();
});

it("no body at all is EMPTY", () => {
  expect(checkAnswer(order, "").fault).toBe("EMPTY");
  expect(checkAnswer(order, new Uint8Array()).fault).toBe("EMPTY");
});

it.each([
  ["white space", " \n"],
  ["what is not JSON", "{"],
  ["bytes that are not UTF-8", Buffer.from([0x22, 0xff, 0x22])],
  ["more than 1 MiB", JSON.stringify({ ...answer, padding: "x".repeat(MAX_ANSWER_BYTES) })],
])("%s is MALFORMED", (_, body) => {
  expect(checkAnswer(order, body).fault).toBe("MALFORMED");
});

it.each<[string, unknown]>([
  ["null", null],
  ["a list", [answer]],
  ["a member that nobody knows", { ...answer, note: "all gone" }],
  ["a part's member that nobody knows", withPart({ ...erased[0], comment: "all gone" })],
  ["a dataset's member that nobody knows", { ...answer, results: [{ ...orders, parts: erased, note: "" }, answer.results[1]] }],
  ["an own member named __proto__", JSON.parse(JSON.stringify(answer).replace("{", '{"__proto__":{},'))],
  ["no instant of observation", { ...answer, observedAt: undefined }],
  ["a day that the calendar does not have", { ...answer, observedAt: "2026-02-30T10:00:00Z" }],
  ["an instant without a zone", { ...answer, observedAt: "2026-02-20T10:00:00" }],
  ["another order's id", { ...answer, orderId: "0193-b" }],
  ["another kind", { ...answer, kind: "hold", results: answer.results.map((each) => ({ ...each, parts: [{ outcome: "DONE", count: 0 }] })) }],
  ["a dry run reported as real", { ...answer, dryRun: true }],
  ["no results", { ...answer, results: undefined }],
  ["a dataset without parts", { ...answer, results: [{ ...orders, parts: [] }, answer.results[1]] }],
  ["a part without a count", withPart({ outcome: "ERASED" })],
  ["a negative count", withPart({ outcome: "ERASED", count: -1 })],
  ["half a record", withPart({ outcome: "ERASED", count: 0.5 })],
  ["a count as text", withPart({ outcome: "ERASED", count: "3" })],
  ["an outcome of another kind", withPart({ outcome: "FOUND", count: 1 })],
  ["an invented outcome", withPart({ outcome: "SKIPPED", count: 1 })],
  ["prose as a record class", withPart({ ...erased[0], recordClass: "kept for Jane Doe" })],
  ["an unknown ground of retention", withPart({ ...retained, retentionReason: "we_like_it" })],
  ["RETAINED without its rule", withPart({ ...retained, retentionRule: undefined })],
  ["RETAINED without its start", withPart({ ...retained, retentionStart: undefined })],
  ["RETAINED without its end", withPart({ ...retained, retainedUntil: undefined })],
  ["RETAINED until some day", withPart({ ...retained, retainedUntil: "soon" })],
  ["identities in an answer to erase", { ...answer, identities: [] }],
])("%s is MALFORMED", (_, body) => {
  expect(faultOf(body)).toBe("MALFORMED");
});

it("a dataset that was left out is DATASET_MISSING, even if a stranger stands in its place", () => {
  expect(faultOf({ ...answer, results: [answer.results[0]] })).toBe("DATASET_MISSING");
  expect(faultOf({ ...answer, results: [] })).toBe("DATASET_MISSING");
  expect(faultOf({ ...answer, results: [answer.results[0], { ...invoices, name: "other", parts: erased }] })).toBe("DATASET_MISSING");
});

it("a dataset that was not asked, or one answered twice, is DATASET_EXTRA", () => {
  expect(faultOf({ ...answer, results: [...answer.results, { ...invoices, name: "other", parts: erased }] })).toBe("DATASET_EXTRA");
  expect(faultOf({ ...answer, results: [...answer.results, answer.results[0]] })).toBe("DATASET_EXTRA");
});

it("the parts of a dataset's name cannot be shifted into one another", () => {
  const asked = { ...order, datasets: [{ namespace: "a/b", name: "c" }] };
  expect(faultOf({ ...answer, results: [{ namespace: "a", name: "b/c", parts: erased }] }, asked)).toBe("DATASET_MISSING");
});

it("identities come back from discover", () => {
  const asked = { ...order, kind: "discover" as const };
  const results = asked.datasets.map((dataset) => ({ ...dataset, parts: [{ outcome: "FOUND", count: 1 }] }));
  expect(faultOf({ ...answer, kind: "discover", results, identities: [{ identity_type: "customer_id", identity_value: "42" }] }, asked)).toBeUndefined();
  expect(faultOf({ ...answer, kind: "discover", results, identities: [{ identity_type: "customer_id", identity_value: "42", note: "" }] }, asked)).toBe("MALFORMED");
});

it("each kind takes exactly the outcomes of its list", () => {
  const all = [...new Set(Object.values(OUTCOMES).flat())];
  for (const kind of ORDER_KINDS) {
    const asked: AskedOrder = { ...order, kind, datasets: [orders] };
    const taken = all.filter((outcome) => faultOf(of(kind, outcome), asked) === undefined);
    expect([...taken].sort()).toEqual([...OUTCOMES[kind]].sort());
  }
});

it("a fault never repeats what was sent", () => {
  const secret = "jane.doe@example.com";
  fc.assert(fc.property(fc.constantFrom(
    { ...answer, [secret]: 1 }, withPart({ outcome: secret, count: 1 }), withPart({ ...erased[0], recordClass: secret }),
    { ...answer, orderId: secret }, { ...answer, observedAt: secret }, { ...answer, results: [...answer.results, { ...orders, name: secret, parts: erased }] },
  ), (body) => {
    const checked = checkAnswer(order, JSON.stringify(body));
    expect(checked.fault).toBeDefined();
    expect(JSON.stringify(checked)).not.toContain(secret);
  }));
});

it("whatever JSON comes in, only an answer to this order comes out", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.constantFrom("results", "observedAt", "identities", "kind"), (value, member) => {
    const checked = checkAnswer(order, JSON.stringify({ ...answer, [member]: value }));
    if (checked.fault === undefined) expect(checked.answer.results.map(({ name }) => name).sort()).toEqual([invoices.name, orders.name]);
  }));
});
