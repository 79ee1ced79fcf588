import pino from "pino";
import { systemClock } from "../../../src/platform/clock";
import { readConfig } from "../../../src/platform/config";
import type { Denial } from "../../../src/platform/denial";
import type { Caller, Deps } from "../../../src/platform/deps";
import { Refusal } from "../../../src/platform/errors";
import { buildGuardedSchema } from "../../../src/platform/graphql/build-schema";
import { createGraphqlService } from "../../../src/platform/graphql/graphql-service";
import { Metrics } from "../../../src/platform/http/metrics";
import { HttpServer } from "../../../src/platform/http/server";
import { systemIds } from "../../../src/platform/ids";
import { libraryResolvers } from "./library";

const ALL = ["books", "book", "broken", "add-book", "book-changed"].map((operation) => `library:${operation}`);

export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { message: string; path?: unknown[]; locations?: unknown[]; extensions: { code: string; id: string } }[];
}

export type LibraryWorld = Awaited<ReturnType<typeof serveLibrary>>;

/** The library's schema on the real server. Bearers: `all` may do everything, `nothing` nothing. */
export async function serveLibrary(env: Record<string, string> = {}) {
  const denials: Denial[] = [];
  const logged: Record<string, unknown>[] = [];
  const log = pino({ base: undefined }, { write: (line: string) => void logged.push(JSON.parse(line) as Record<string, unknown>) });
  const callers = new Map<string, Caller>([
    ["Bearer all", { principal: "librarian", permissions: new Set(ALL) }],
    ["Bearer nothing", { principal: "visitor", permissions: new Set() }],
  ]);
  const authenticate = async (authorization: string | undefined): Promise<Caller> => {
    const caller = callers.get(authorization ?? "");
    if (caller === undefined) throw new Refusal("UNAUTHENTICATED", "A bearer token is needed");
    return caller;
  };
  const ids = systemIds(systemClock);
  const deps = { log, ids, clock: systemClock, config: readConfig(env) } as Deps;
  const schema = buildGuardedSchema(libraryResolvers, async (_deps, denial) => void denials.push(denial));
  const service = await createGraphqlService(deps, schema, authenticate);
  const stopping = new AbortController();
  const server = new HttpServer({
    log,
    ids,
    authenticate,
    recordDenied: async (denial) => void denials.push(denial),
    metrics: new Metrics(),
    stopping: stopping.signal,
    routes: service.routes,
  });
  const sayGoodbye = service.attach(server);
  const port = await server.listen(0, "127.0.0.1");
  const url = `http://127.0.0.1:${port}`;

  const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer all", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const ask = async (query: string, variables?: Record<string, unknown>, token = "all"): Promise<Answer> =>
    (await (await post({ query, variables }, { authorization: `Bearer ${token}` })).json()) as Answer;
  let stopped: Promise<unknown> | undefined;
  const stop = (): Promise<unknown> => {
    stopping.abort();
    return (stopped ??= Promise.all([sayGoodbye(), server.close(1_000)]));
  };
  return { url, schema, denials, logged, callers, post, ask, stop };
}
