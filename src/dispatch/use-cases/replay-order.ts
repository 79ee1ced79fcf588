import { preconditionFailed } from "../../platform/errors";
import type { Tx } from "../../platform/database/sql";
import { revive } from "../storage/order-store";
import { wakeDispatchers } from "../wake";

/** Makes a dead order due at once, with its whole schedule before it. Refuses (PRECONDITION_FAILED) one that is not dead, or whose service is gone. */
export async function replayOrder(tx: Tx, orderId: string): Promise<void> {
  if (!(await revive(tx, orderId))) throw preconditionFailed("the order is not dead, or its service is gone and has to be resumed first", orderId);
  tx.afterCommit(wakeDispatchers);
}
