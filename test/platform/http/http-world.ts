import pino from "pino";
import { systemClock } from "../../../src/platform/clock";
import type { Denial } from "../../../src/platform/denial";
import type { Caller } from "../../../src/platform/deps";
import { Refusal } from "../../../src/platform/errors";
import type { HttpLimits } from "../../../src/platform/http/limits";
import { Metrics } from "../../../src/platform/http/metrics";
import type { Route } from "../../../src/platform/http/route";
import { HttpServer } from "../../../src/platform/http/server";
import { systemIds } from "../../../src/platform/ids";

const CALLERS: Readonly<Record<string, Caller>> = {
  "Bearer ada": { principal: "ada", permissions: new Set(["access:metrics", "shelf:read"]) },
  "Bearer bob": { principal: "bob", permissions: new Set() },
};

/** Two people we know by their tokens; anybody else is refused. */
async function authenticate(authorization: string | undefined): Promise<Caller> {
  const caller = CALLERS[authorization ?? ""];
  if (caller === undefined) throw new Refusal("UNAUTHENTICATED", "A bearer token is needed");
  return caller;
}

export interface HttpWorld {
  readonly url: string;
  readonly port: number;
  readonly server: HttpServer;
  readonly metrics: Metrics;
  readonly stopping: AbortController;
  readonly denials: Denial[];
  /** Everything that was logged, parsed. */
  readonly logged: Record<string, unknown>[];
  close(): Promise<void>;
}

/** The real server with these routes, on a port of its own. */
export async function serveRoutes(
  makeRoutes: (world: { metrics: Metrics; stopping: AbortSignal }) => Route[],
  limits: Partial<HttpLimits> = {},
): Promise<HttpWorld> {
  const stopping = new AbortController();
  const metrics = new Metrics();
  const denials: Denial[] = [];
  const logged: Record<string, unknown>[] = [];
  const log = pino({ base: undefined }, { write: (line: string) => void logged.push(JSON.parse(line) as Record<string, unknown>) });
  const server = new HttpServer({
    log,
    ids: systemIds(systemClock),
    routes: makeRoutes({ metrics, stopping: stopping.signal }),
    authenticate,
    recordDenied: async (denial) => void denials.push(denial),
    metrics,
    stopping: stopping.signal,
    limits,
  });
  const port = await server.listen(0, "127.0.0.1");
  return { url: `http://127.0.0.1:${port}`, port, server, metrics, stopping, denials, logged, close: () => server.close(0) };
}
