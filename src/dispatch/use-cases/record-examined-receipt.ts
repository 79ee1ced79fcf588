import type { Deps } from "../../platform/deps";
import { badInput } from "../../platform/errors";
import { isUuid } from "../../platform/ids";
import { checkAnswer } from "../../protocol";
import { findExaminedOrder } from "../storage/examination-queries";
import { recordExaminedAnswer } from "../storage/examination-store";
import { type RecordReceipt, verifyReceipt } from "./verify-receipt";

/**
 * Takes the receipt of an order that examines a service, for as long as the examination lasts; undefined where it is none, or where
 * another than the examined service signed it. Refuses (BAD_USER_INPUT) an answer that is malformed or does not account for every dataset.
 * Writes: the examined order, without identities.
 */
export async function recordExaminedReceipt(deps: Deps, receipt: RecordReceipt): Promise<"RECORDED" | "REPEATED" | undefined> {
  const order = isUuid(receipt.orderId) ? await findExaminedOrder(deps.db, receipt.orderId) : undefined;
  if (order === undefined) return undefined;
  const signed = await verifyReceipt(deps, [order.service], receipt);
  if (signed.fault !== undefined || signed.id !== receipt.orderId) return undefined;
  const checked = checkAnswer(order.asked, receipt.body);
  if (checked.fault !== undefined) throw badInput(`${checked.fault}: ${checked.detail}`);
  const { identities: _, ...answer } = checked.answer;
  return (await deps.transaction((tx) => recordExaminedAnswer(tx, receipt.orderId, answer))) ? "RECORDED" : "REPEATED";
}
