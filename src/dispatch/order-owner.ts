import type { Reader, Tx } from "../platform/database/sql";
import type { OrderContent, OrderEvent, OrderRecord } from "./model";

/** A room above that gives orders. Delivery knows what to send when, and the owner what it means. */
export interface OrderOwner {
  readonly name: string;
  /** What the orders say, at each claim anew; an order that is missing in the answer is withdrawn. No transaction is open. */
  renderOrders(reader: Reader, orders: readonly OrderRecord[]): Promise<ReadonlyMap<string, OrderContent>>;
  /** Takes what became of orders, in the transaction that records it. If it throws, nothing of it happened. */
  recordEvents(tx: Tx, events: readonly OrderEvent[]): Promise<void>;
}

export type OrderOwners = ReadonlyMap<string, OrderOwner>;

export const ownersByName = (owners: readonly OrderOwner[]): OrderOwners => new Map(owners.map((owner) => [owner.name, owner]));

/** The owner of an order, or a bug: orders of a room that was not composed in. */
export function ownerOf(owners: OrderOwners, name: string): OrderOwner {
  const owner = owners.get(name);
  if (owner === undefined) throw new Error(`orders of "${name}" have no owner in this process`);
  return owner;
}

/** Tells each owner of its own events, in one call. */
export async function notifyOwners(tx: Tx, owners: OrderOwners, events: readonly OrderEvent[]): Promise<void> {
  for (const name of new Set(events.map((event) => event.order.owner))) {
    await ownerOf(owners, name).recordEvents(tx, events.filter((event) => event.order.owner === name));
  }
}
