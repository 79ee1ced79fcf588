import { startApi } from "../../src/app/api";
import type { Deps } from "../../src/platform/deps";
import { Metrics } from "../../src/platform/http/metrics";

/** What GraphQL answered; `Data` is what the test expects to be there. */
export interface GraphqlAnswer<Data> {
  readonly data: Data;
  readonly errors?: readonly { message: string; path?: readonly (string | number)[]; extensions: { code: string; id: string } }[];
}

export interface TestServer {
  readonly url: string;
  /** Asks by POST, as the bearer of the token. */
  graphql<Data = Record<string, unknown>>(query: string, variables?: Record<string, unknown>, token?: string): Promise<GraphqlAnswer<Data>>;
  close(): Promise<void>;
}

/** The real HTTP server with every door, around a world (`setup()`), on a port of its own. No background work runs. */
export async function startServer({ deps }: { deps: Deps }): Promise<TestServer> {
  const api = await startApi(deps, { port: 0, host: "127.0.0.1", metrics: new Metrics(), checks: [] });
  return {
    url: api.url,
    async graphql<Data>(query: string, variables?: Record<string, unknown>, token?: string) {
      const response = await fetch(`${api.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", ...(token !== undefined && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as GraphqlAnswer<Data>;
    },
    close: () => api.close(1_000),
  };
}
