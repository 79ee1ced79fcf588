import type { Tx } from "../../platform/database/sql";
import type { NewOrder } from "../model";
import { markRecalled } from "../storage/recall-store";
import { enqueueOrders } from "./enqueue-orders";

/**
 * Asks services to take back orders that were sent: one `recall` for each, over the same datasets. Until it is answered the recalled order
 * is not sent again and gets no permit; answered RECALLED for any dataset it is dead, else the service had done it and is asked for the answer.
 * Orders that were never sent, are finished, or were recalled before are left out. Answers the ids of the recalls.
 */
export async function recallOrders(tx: Tx, orderIds: readonly string[]): Promise<string[]> {
  const recalled = await markRecalled(tx, orderIds);
  return enqueueOrders(tx, recalled.map(({ id, ...order }): NewOrder => ({ ...order, kind: "recall", recallOf: id })));
}
