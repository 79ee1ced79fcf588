import type { Tx } from "../../platform/database/sql";
import type { NewOrder } from "../model";
import { insertOrders } from "../storage/order-store";
import { wakeDispatchers } from "../wake";

/**
 * Puts orders into the queue, in the owner's own transaction: if it commits they will be sent. Answers their ids, in the same order.
 * One statement however many they are. Whether the service takes the kind is the owner's to know.
 */
export async function enqueueOrders(tx: Tx, orders: readonly NewOrder[]): Promise<string[]> {
  if (orders.length === 0) return [];
  const identified = orders.map((order) => ({ ...order, id: tx.ids.uuid() }));
  await insertOrders(tx, identified);
  tx.afterCommit(wakeDispatchers);
  return identified.map((order) => order.id);
}
