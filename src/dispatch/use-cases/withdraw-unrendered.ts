import type { Deps } from "../../platform/deps";
import type { OrderRecord } from "../model";
import { finishOrders, lockAttempts } from "../storage/attempt-store";
import { attemptOf } from "./keep-leases";

/** Ends claimed orders that their owner, asked what they say, wants no more. */
export async function withdrawUnrendered(deps: Deps, orders: readonly OrderRecord[]): Promise<void> {
  if (orders.length === 0) return;
  await deps.transaction(async (tx) => finishOrders(tx, [...(await lockAttempts(tx, orders.map(attemptOf))).keys()], "WITHDRAWN"));
}
