import type { Deps } from "../../platform/deps";
import type { OrderRecord } from "../model";
import { type Attempt, extendLeases, releaseLeases } from "../storage/claim-store";

/** A worker that dies is replaced after this time; one that lives keeps its leases. */
const LEASE_MS = 60_000;

/** How long an order waits where its owner, not its service, failed. */
export const LATER_MS = 5 * 60_000;

export const leaseEnd = (now: Date): Date => new Date(now.getTime() + LEASE_MS);

/** When leases that end then should be renewed. */
export const renewalOf = (until: Date): Date => new Date(until.getTime() - LEASE_MS / 2);

/** Keeps the leases of orders whose calls take long; answers until when. */
export async function keepLeases(deps: Deps, orders: readonly OrderRecord[]): Promise<Date> {
  return deps.transaction(async (tx) => {
    const until = leaseEnd(tx.now);
    await extendLeases(tx, orders.map(attemptOf), until);
    return until;
  });
}

/** Gives orders back without a call; they are due again after a while. */
export async function returnLeases(deps: Deps, orders: readonly OrderRecord[], afterMs: number): Promise<void> {
  if (orders.length === 0) return;
  await deps.transaction((tx) => releaseLeases(tx, orders.map(attemptOf), new Date(tx.now.getTime() + afterMs)));
}

const attemptOf = ({ id, attempt }: OrderRecord): Attempt => ({ orderId: id, attempt });
