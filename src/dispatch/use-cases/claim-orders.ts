import type { Deps } from "../../platform/deps";
import type { Tx } from "../../platform/database/sql";
import type { OrderRecord } from "../model";
import { notifyOwners, type OrderOwners } from "../order-owner";
import { leaseOrders, lockCallableEndpoints, readQueuesFromTheFront } from "../storage/claim-store";
import { LATER_MS, leaseEnd, returnLeases } from "./keep-leases";

export interface Claim {
  readonly worker: string;
  readonly limit: number;
}

export interface ClaimedOrders {
  readonly orders: readonly OrderRecord[];
  /** End of their leases. */
  readonly until: Date;
}

const NONE: ClaimedOrders = { orders: [], until: new Date(0) };

/**
 * Leases due orders to a worker for 60 s, fairly over the services that may be called, and counts an attempt of each.
 * Writes: leases, tokens, orders (QUEUED becomes IN_FLIGHT), what their owners make of CLAIMED.
 */
export async function claimOrders(deps: Deps, owners: OrderOwners, claim: Claim): Promise<ClaimedOrders> {
  try {
    return await deps.transaction(async (tx) => {
      const claimed = await lease(tx, claim);
      await tellClaimed(tx, owners, claimed.orders);
      return claimed;
    });
  } catch (error) {
    deps.log.error({ err: error }, "orders could not be claimed together");
    return claimEach(deps, owners, claim);
  }
}

/** The same, when an owner refuses to hear of one of the orders: that one waits, and must not hold the others up. */
async function claimEach(deps: Deps, owners: OrderOwners, claim: Claim): Promise<ClaimedOrders> {
  const { orders, until } = await deps.transaction((tx) => lease(tx, claim));
  const claimed: OrderRecord[] = [];
  for (const order of orders) {
    try {
      await deps.transaction((tx) => tellClaimed(tx, owners, [order]));
      claimed.push(order);
    } catch (error) {
      deps.log.error({ err: error, order: order.id }, "an order's owner does not take its claim; it is tried again later");
      await returnLeases(deps, [order], LATER_MS);
    }
  }
  return { orders: claimed, until };
}

async function lease(tx: Tx, { worker, limit }: Claim): Promise<ClaimedOrders> {
  await readQueuesFromTheFront(tx);
  const services = await lockCallableEndpoints(tx);
  if (services.length === 0) return NONE;
  const until = leaseEnd(tx.now);
  return { orders: await leaseOrders(tx, services, limit, { owner: worker, until }), until };
}

/** Orders that are accepted or dead keep their state while they are asked again: nothing to tell. */
function tellClaimed(tx: Tx, owners: OrderOwners, orders: readonly OrderRecord[]): Promise<void> {
  const begun = orders.filter((order) => order.state === "IN_FLIGHT");
  return notifyOwners(tx, owners, begun.map((order) => ({ type: "CLAIMED", order, at: tx.now })));
}
