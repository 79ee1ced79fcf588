import type { Tx } from "../../platform/database/sql";
import { dequeueOrders, lockQueuedOrders, type OrderSelector } from "../storage/order-store";

/** Ids of the owner's unfinished orders, by what a suspension could do about them. */
export interface SuspendedOrders {
  /** Will not be sent until they are resumed; they keep their id. */
  readonly suspended: readonly string[];
  /** Claimed by a worker: they may reach the service at any moment. */
  readonly inFlight: readonly string[];
  /** The service has taken them (202). */
  readonly accepted: readonly string[];
}

/**
 * Suspends the selected orders that no worker has claimed and no service has accepted, within the caller's transaction; names the others,
 * which only a recall can still stop. Orders that are being recalled are left out.
 */
export async function suspendOrders(tx: Tx, selector: OrderSelector): Promise<SuspendedOrders> {
  const orders = await lockQueuedOrders(tx, selector);
  const accepted = orders.filter((order) => order.polls > 0);
  const inFlight = orders.filter((order) => order.polls === 0 && order.leased);
  const suspended = orders.filter((order) => order.polls === 0 && !order.leased);
  await dequeueOrders(tx, idsOf(suspended), "SUSPENDED");
  return { suspended: idsOf(suspended), inFlight: idsOf(inFlight), accepted: idsOf(accepted) };
}

const idsOf = (orders: readonly { readonly id: string }[]): string[] => orders.map((order) => order.id);
