import type { Deps } from "../../platform/deps";
import { notifyOwners, type OrderOwners } from "../order-owner";
import { setGoneOrdersAside as setAside } from "../storage/endpoint-store";

const AT_ONCE = 500;

/** Orders of a service that answered 410 are dead until an operator resumes it; a batch at a time. Answers whether there may be more. */
export async function setGoneOrdersAside(deps: Deps, owners: OrderOwners): Promise<boolean> {
  return deps.transaction(async (tx) => {
    const { aside, dead } = await setAside(tx, "HTTP_410", AT_ONCE);
    await notifyOwners(tx, owners, dead.map((order) => ({ type: "DEAD", order, at: tx.now, error: "HTTP_410", reason: "GONE" })));
    return aside === AT_ONCE;
  });
}
