import type { Deps } from "../../platform/deps";
import type { OrderRecord } from "../model";
import { notifyOwners, type OrderOwners } from "../order-owner";
import { finishOrders, lockLive } from "../storage/attempt-store";

/** Ends claimed orders that their owner, asked what they say, wants no more, and tells it which. */
export async function withdrawUnrendered(deps: Deps, owners: OrderOwners, orders: readonly OrderRecord[]): Promise<void> {
  if (orders.length === 0) return;
  await deps.transaction(async (tx) => {
    const live = await lockLive(tx, orders.map((order) => ({ order })));
    await finishOrders(tx, live.map(({ order }) => order.id), "WITHDRAWN");
    await notifyOwners(tx, owners, live.map(({ order }) => ({ type: "WITHDRAWN", order: { ...order, state: "WITHDRAWN" }, at: tx.now })));
  });
}
