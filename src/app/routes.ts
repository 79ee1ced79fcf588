import { Counter } from "prom-client";
import { bundleRoutes } from "../audit/http/bundle-routes";
import { eventRoutes } from "../audit/http/event-routes";
import { exportRoutes } from "../audit/http/export-routes";
import { fsckRoutes } from "../audit/http/fsck-routes";
import { logRoutes } from "../audit/http/log-routes";
import { witnessRoutes } from "../audit/http/witness-routes";
import { dispatchRoutes } from "../dispatch/http/dispatch-routes";
import { lineageRoutes } from "../lineage/http/lineage-routes";
import type { Deps } from "../platform/deps";
import type { Metrics } from "../platform/http/metrics";
import type { Route } from "../platform/http/route";
import { ORDER_OWNERS } from "./order-owners";

/** The HTTP doors of every room: a new room adds its own here. */
export function roomRoutes(deps: Deps, metrics: Metrics): Route[] {
  const events = new Counter({
    name: "cadastre_lineage_events_total",
    help: "OpenLineage events that came over HTTP, by what became of them.",
    labelNames: ["outcome"],
    registers: [metrics.registry],
  });
  const accesses = new Counter({
    name: "cadastre_access_events_total",
    help: "Accesses to data that services reported over HTTP, by what became of them; and requests that were turned away.",
    labelNames: ["outcome"],
    registers: [metrics.registry],
  });
  return [
    ...eventRoutes(deps, (outcome, number) => accesses.inc({ outcome }, number)),
    ...logRoutes(deps), ...fsckRoutes(deps), ...exportRoutes(deps), ...bundleRoutes(deps),
    ...witnessRoutes(deps),
    ...dispatchRoutes(deps, ORDER_OWNERS),
    ...lineageRoutes(deps, (outcome, number) => events.inc({ outcome }, number)),
  ];
}
