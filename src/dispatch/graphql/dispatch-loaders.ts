import DataLoader from "dataloader";
import type { RequestContext } from "../../platform/graphql/request-context";
import { findStoppedServices } from "../storage/order-queries";

/** Whether services, by key, are stopped. */
export const stoppedLoader = ({ deps }: RequestContext): DataLoader<string, boolean> =>
  new DataLoader(async (keys) => {
    const stopped = await findStoppedServices(deps.db, keys);
    return keys.map((key) => stopped.has(key));
  });
