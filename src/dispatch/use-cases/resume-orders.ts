import type { Tx } from "../../platform/database/sql";
import { type OrderSelector, requeueOrders } from "../storage/order-store";
import { wakeDispatchers } from "../wake";

/** Puts the selected orders that are suspended back into the queue, under their old ids and not before they were to be sent at first. Answers which. */
export async function resumeOrders(tx: Tx, selector: OrderSelector): Promise<string[]> {
  const resumed = await requeueOrders(tx, selector);
  tx.afterCommit(wakeDispatchers);
  return resumed;
}
