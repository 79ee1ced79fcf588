import { preconditionFailed } from "../../platform/errors";
import type { Tx } from "../../platform/database/sql";
import { revive } from "../storage/order-store";
import { wakeDispatchers } from "../wake";

/** Makes a dead order due at once, with its whole schedule before it. Refuses (PRECONDITION_FAILED) an order that is not dead. */
export async function replayOrder(tx: Tx, orderId: string): Promise<void> {
  if (!(await revive(tx, orderId))) throw preconditionFailed("the order is not dead, so there is nothing to try again", orderId);
  tx.afterCommit(wakeDispatchers);
}
