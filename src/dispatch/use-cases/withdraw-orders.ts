import type { Tx } from "../../platform/database/sql";
import { stateOf } from "../delivery-model";
import { dequeueOrders, lockQueuedOrders, withdrawSuspendedOrders } from "../storage/order-store";

/**
 * Ends orders that nobody has at this moment, for ever: waiting, suspended and dead ones. Those claimed by a worker or accepted by the
 * service are left alone; they can be recalled. Answers which are withdrawn.
 */
export async function withdrawOrders(tx: Tx, { orderIds }: { readonly orderIds: readonly string[] }): Promise<string[]> {
  const queued = await lockQueuedOrders(tx, { orderIds });
  const free = queued.filter((order) => !order.leased && stateOf(order) !== "ACCEPTED").map((order) => order.id);
  await dequeueOrders(tx, free, "WITHDRAWN");
  return [...free, ...(await withdrawSuspendedOrders(tx, orderIds))];
}
