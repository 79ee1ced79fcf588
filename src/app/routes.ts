import { dispatchRoutes } from "../dispatch/http/dispatch-routes";
import type { Deps } from "../platform/deps";
import type { Route } from "../platform/http/route";
import { ORDER_OWNERS } from "./order-owners";

/** The HTTP doors of every room: a new room adds its own here. */
export const roomRoutes = (deps: Deps): Route[] => [...dispatchRoutes(deps, ORDER_OWNERS)];
