import { findDatasets, findServiceEndpoints } from "../../catalog";
import type { Deps } from "../../platform/deps";
import { badInput, conflict, notFound, Refusal } from "../../platform/errors";
import { isUuid } from "../../platform/ids";
import { type Answer, checkAnswer, type ReceivedHeaders, type Verification, verifyMessage } from "../../protocol";
import type { OrderRecord } from "../model";
import { notifyOwners, type OrderOwners } from "../order-owner";
import { evidenceOf } from "../outbound/judge-response";
import { verifyingKeys } from "../outbound/verifying-keys";
import { findOrder, findReceiptDigest, listServiceKeys } from "../storage/order-queries";
import { lockOrder } from "../storage/order-store";
import type { Evidence } from "../verdict-model";
import { finishAnswered } from "./finish-answered";

/** A receipt as it came in. */
export interface RecordReceipt {
  readonly orderId: string;
  readonly headers: ReceivedHeaders;
  readonly body: Buffer;
}

/**
 * Records the final answer that a service sends later, by itself; the same one again changes nothing.
 * Refuses (UNAUTHENTICATED) a signature that fits no service, (NOT_FOUND) one that fits another service than the order's,
 * (BAD_USER_INPUT) an answer that is malformed or does not account for every dataset, (CONFLICT) an order that was never sent,
 * is withdrawn or recalled, or has another answer. Writes: receipts, orders, queue, what the owner makes of it.
 */
export async function recordReceipt(deps: Deps, owners: OrderOwners, receipt: RecordReceipt): Promise<"RECORDED" | "REPEATED"> {
  const { order, answer } = await authenticReceipt(deps, receipt);
  const evidence = evidenceOf(receipt.headers, receipt.body, answer.identities !== undefined);
  return deps.transaction(async (tx) => {
    const locked = await lockOrder(tx, order.id);
    if (locked.state === "ANSWERED") return repeated(await findReceiptDigest(tx, order.id), evidence);
    if (locked.attempt === 0) throw conflict("the order was never sent", order.id);
    if (locked.state === "WITHDRAWN" || locked.state === "RECALLED") throw conflict(`the order is ${locked.state.toLowerCase()}`, order.id);
    await finishAnswered(tx, [{ order: locked, answer, evidence }]);
    await notifyOwners(tx, owners, [{ type: "ANSWERED", order: { ...locked, state: "ANSWERED" }, at: tx.now, answer }]);
    return "RECORDED";
  });
}

/** The order that the receipt is for and the answer that its own service signed, or a refusal. */
async function authenticReceipt(deps: Deps, { orderId, headers, body }: RecordReceipt): Promise<{ order: OrderRecord; answer: Answer }> {
  const order = isUuid(orderId) ? await findOrder(deps.db, orderId) : undefined;
  const signed = order && (await verifyBy(deps, [order.service], headers, body));
  if (order === undefined || signed?.fault !== undefined || signed === undefined) {
    if (await isSignedByAny(deps, headers, body)) throw notFound("the service that signed the receipt has no such order");
    throw new Refusal("UNAUTHENTICATED", "the receipt is not signed by any service");
  }
  if (signed.id !== orderId) throw badInput("webhook-id: must be the id of the order in the path");
  const datasets = await findDatasets(deps.db, order.datasets);
  const asked = { orderId, kind: order.kind, dryRun: order.dryRun, datasets: [...datasets.values()] };
  const checked = checkAnswer(asked, body);
  if (checked.fault !== undefined) throw badInput(`${checked.fault}: ${checked.detail}`);
  return { order, answer: checked.answer };
}

async function verifyBy(deps: Deps, services: readonly string[], headers: ReceivedHeaders, body: Buffer): Promise<Verification> {
  const endpoints = await findServiceEndpoints(deps.db, services);
  return verifyMessage(headers, body, verifyingKeys([...endpoints.values()].flatMap((endpoint) => endpoint.publicKeys)), deps.clock.now());
}

/** Tells a service that answers for another's order from a stranger. A few services at a time: others want to be served meanwhile. */
async function isSignedByAny(deps: Deps, headers: ReceivedHeaders, body: Buffer): Promise<boolean> {
  const services = await listServiceKeys(deps.db);
  for (let at = 0; at < services.length; at += 16) {
    const { fault } = await verifyBy(deps, services.slice(at, at + 16), headers, body);
    if (fault === undefined) return true;
    if (fault !== "BAD_SIGNATURE") return false;
  }
  return false;
}

function repeated(known: Buffer | undefined, evidence: Evidence): "REPEATED" {
  if (known?.equals(evidence.bodySha256)) return "REPEATED";
  throw conflict("the order has another final answer already");
}
