import { ORDER_KINDS, parseOrder } from "../../src/protocol";
import type { Order } from "../../src/protocol";

const order: Order = {
  orderId: "0193b2a0-7c1e-7000-8000-000000000001", kind: "erase", attempt: 1, audience: "service:orders",
  regulation: "gdpr", subject_request_id: "0193b2a0-7c1e-7000-8000-00000000000a", subject_request_type: "erasure",
  submitted_time: "2026-11-22T10:00:00Z", due: "2026-12-22T22:59:59.999Z", collected_before: "2026-11-22T10:00:00+01:00", dryRun: false, reason: "reapply",
  subject_identities: [{ identity_type: "email", identity_value: "jane@example.com", identity_format: "raw" }],
  datasets: [{ namespace: "postgres://orders:5432", name: "shop.public.orders" }],
  status_callback_urls: ["https://cadastre.example/orders/0193b2a0-7c1e-7000-8000-000000000001/receipt"],
};
const read = (body: unknown): ReturnType<typeof parseOrder> => parseOrder(JSON.stringify(body));

it("an order is read as it was written", () => {
  expect(read(order)).toEqual({ order });
});

it("an order without a person's request behind it carries no regulation, and may have no deadline", () => {
  const requestless = { ...order, kind: "check", due: null, regulation: undefined, subject_request_id: undefined, subject_request_type: undefined };
  expect(read(requestless).fault).toBeUndefined();
});

it("members that a later Cadastre adds are tolerated and kept", () => {
  expect(read({ ...order, priority: 3 })).toEqual({ order: { ...order, priority: 3 } });
});

it.each(ORDER_KINDS)("%s is an order", (kind) => {
  expect(read({ ...order, kind, recall_of: "0193", phase: "hide" }).fault).toBeUndefined();
});

it.each<[string, unknown]>([
  ["an unknown kind", { ...order, kind: "obliterate" }],
  ["no word on whether it is a dry run", { ...order, dryRun: undefined }],
  ["a dry run as text", { ...order, dryRun: "true" }],
  ["an id with a dot", { ...order, orderId: "a.b" }],
  ["no audience", { ...order, audience: undefined }],
  ["a recall of nothing", { ...order, kind: "recall" }],
  ["a sweep without a phase", { ...order, kind: "sweep" }],
  ["an identity without its format", { ...order, subject_identities: [{ identity_type: "email", identity_value: "x" }] }],
  ["a dataset named twice", { ...order, datasets: [...order.datasets, ...order.datasets] }],
  ["attempt zero", { ...order, attempt: 0 }],
])("%s is MALFORMED, and the fault repeats no value", (_, body) => {
  const parsed = read(body);
  expect(parsed.fault).toBe("MALFORMED");
  expect(JSON.stringify(parsed)).not.toContain("jane@example.com");
});
