import type { Service } from "../../catalog";
import type { Deps } from "../../platform/deps";
import { resumeEndpoint, reviveGoneOrders } from "../storage/endpoint-store";
import { wakeDispatchers } from "../wake";
import { type DecideEndpoint, decidedService, recordDecision } from "./decide-endpoint";

/**
 * Ends a stop, an operator's or that of a 410: what waited is sent, orders that died of the 410 start their schedule anew, breaker and
 * `Retry-After` are forgotten. Resuming what is not stopped changes nothing. Refuses an unknown service or reason code.
 * Writes: the endpoint, its orders, the decision, one audit entry.
 */
export async function resumeService(deps: Deps, command: DecideEndpoint): Promise<Service> {
  return deps.transaction(async (tx) => {
    const service = await decidedService(tx, command);
    // Places in the queue are locked before endpoints, as everywhere; where nothing is stopped, nothing was set aside.
    await reviveGoneOrders(tx, service.key);
    if (!(await resumeEndpoint(tx, service.key))) return service;
    await recordDecision(tx, "RESUME", service.key, command);
    tx.afterCommit(wakeDispatchers);
    return service;
  });
}
