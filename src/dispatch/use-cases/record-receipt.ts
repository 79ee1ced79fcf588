import { findDatasets } from "../../catalog";
import type { Deps } from "../../platform/deps";
import { badInput, conflict, notFound, Refusal } from "../../platform/errors";
import { isUuid } from "../../platform/ids";
import { type Answer, checkAnswer } from "../../protocol";
import type { OrderRecord } from "../model";
import { notifyOwners, type OrderOwners } from "../order-owner";
import { evidenceOf } from "../outbound/judge-response";
import { findOrder, findReceiptDigest, listServiceKeys } from "../storage/order-queries";
import { lockOrder } from "../storage/order-store";
import type { Evidence } from "../verdict-model";
import { finishAnswered } from "./finish-answered";
import { recordExaminedReceipt } from "./record-examined-receipt";
import { type RecordReceipt, verifyReceipt } from "./verify-receipt";

/**
 * Records the final answer that a service sends later, by itself; the same one again changes nothing.
 * Refuses (UNAUTHENTICATED) a signature that fits no service, (NOT_FOUND) one that fits another service than the order's,
 * (BAD_USER_INPUT) an answer that is malformed or does not account for every dataset, (CONFLICT) an order that was never sent,
 * is withdrawn or recalled, or has another answer. Writes: receipts, orders, queue, what the owner makes of it; for an order that
 * examines the service, the examined order.
 */
export async function recordReceipt(deps: Deps, owners: OrderOwners, receipt: RecordReceipt): Promise<"RECORDED" | "REPEATED"> {
  const examined = await recordExaminedReceipt(deps, receipt);
  if (examined !== undefined) return examined;
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
async function authenticReceipt(deps: Deps, receipt: RecordReceipt): Promise<{ order: OrderRecord; answer: Answer }> {
  const { orderId, body } = receipt;
  const order = isUuid(orderId) ? await findOrder(deps.db, orderId) : undefined;
  const signed = order && (await verifyReceipt(deps, [order.service], receipt));
  if (order === undefined || signed?.fault !== undefined || signed === undefined) {
    if (await isSignedByAny(deps, receipt)) throw notFound("the service that signed the receipt has no such order");
    throw new Refusal("UNAUTHENTICATED", "the receipt is not signed by any service");
  }
  if (signed.id !== orderId) throw badInput("webhook-id: must be the id of the order in the path");
  const datasets = await findDatasets(deps.db, order.datasets);
  const asked = { orderId, kind: order.kind, dryRun: order.dryRun, datasets: [...datasets.values()] };
  const checked = checkAnswer(asked, body);
  if (checked.fault !== undefined) throw badInput(`${checked.fault}: ${checked.detail}`);
  return { order, answer: checked.answer };
}

/** Tells a service that answers for another's order from a stranger. A few services at a time: others want to be served meanwhile. */
async function isSignedByAny(deps: Deps, receipt: RecordReceipt): Promise<boolean> {
  const services = await listServiceKeys(deps.db);
  for (let at = 0; at < services.length; at += 16) {
    const { fault } = await verifyReceipt(deps, services.slice(at, at + 16), receipt);
    if (fault === undefined) return true;
    if (fault !== "BAD_SIGNATURE") return false;
  }
  return false;
}

function repeated(known: Buffer | undefined, evidence: Evidence): "REPEATED" {
  if (known?.equals(evidence.bodySha256)) return "REPEATED";
  throw conflict("the order has another final answer already");
}
