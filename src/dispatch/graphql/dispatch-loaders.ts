import DataLoader from "dataloader";
import type { RequestContext } from "../../platform/graphql/request-context";
import type { EndpointCheck } from "../endpoint-check-model";
import { findEndpointChecks } from "../storage/endpoint-check-queries";
import { findStoppedServices } from "../storage/order-queries";

/** Whether services, by key, are stopped. */
export const stoppedLoader = ({ deps }: RequestContext): DataLoader<string, boolean> =>
  new DataLoader(async (keys) => {
    const stopped = await findStoppedServices(deps.db, keys);
    return keys.map((key) => stopped.has(key));
  });

/** What the last examination of services, by key, found. */
export const endpointCheckLoader = ({ deps }: RequestContext): DataLoader<string, EndpointCheck | undefined> =>
  new DataLoader(async (keys) => {
    const checks = await findEndpointChecks(deps.db, keys);
    return keys.map((key) => checks.get(key));
  });
