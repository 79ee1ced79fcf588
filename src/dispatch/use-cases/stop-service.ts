import type { Service } from "../../catalog";
import type { Deps } from "../../platform/deps";
import { stopEndpoint } from "../storage/endpoint-store";
import { type DecideEndpoint, decidedService, recordDecision } from "./decide-endpoint";

/**
 * Emergency stop: from now on no order to the service is claimed and no permit given; orders in flight cannot be called back by it.
 * A stopped service stays stopped until it is resumed; stopping it again changes nothing.
 * Refuses an unknown service or reason code. Writes: the endpoint, the decision, one audit entry.
 */
export async function stopService(deps: Deps, command: DecideEndpoint): Promise<Service> {
  return deps.transaction(async (tx) => {
    const service = await decidedService(tx, command);
    if (await stopEndpoint(tx, service.key, "OPERATOR")) await recordDecision(tx, "STOP", service.key, command);
    return service;
  });
}
