import { authenticate } from "../access";
import { recordDenied } from "../audit";
import type { Deps } from "../platform/deps";
import { createGraphqlService } from "../platform/graphql/graphql-service";
import { healthRoutes, type ReadinessCheck } from "../platform/http/health";
import { type Metrics, metricsRoute } from "../platform/http/metrics";
import { HttpServer } from "../platform/http/server";
import { buildGraphqlSchema } from "./graphql-schema";
import { roomRoutes } from "./routes";

export interface ApiOptions {
  readonly port: number;
  readonly host: string;
  readonly metrics: Metrics;
  readonly checks: readonly ReadinessCheck[];
}

export interface Api {
  readonly url: string;
  /** Turns new requests away, ends subscriptions, waits for the requests under way; after the deadline it cuts them off. */
  close(deadlineMs: number): Promise<void>;
}

/** Opens every door of the house: GraphQL, the rooms' routes, health and figures. */
export async function startApi(deps: Deps, { port, host, metrics, checks }: ApiOptions): Promise<Api> {
  const stopping = new AbortController();
  const callers = (authorization: string | undefined) => authenticate(deps, authorization);
  const graphql = await createGraphqlService(deps, buildGraphqlSchema(), callers);
  const server = new HttpServer({
    log: deps.log,
    ids: deps.ids,
    authenticate: callers,
    recordDenied: (denial) => recordDenied(deps, denial),
    metrics,
    stopping: stopping.signal,
    routes: [...healthRoutes(checks, stopping.signal), metricsRoute(metrics), ...graphql.routes, ...roomRoutes(deps, metrics)],
  });
  const endSockets = graphql.attach(server);
  const listening = await server.listen(port, host);
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${listening}`,
    close: async (deadlineMs) => {
      stopping.abort();
      await Promise.all([endSockets(), server.close(deadlineMs)]);
    },
  };
}
