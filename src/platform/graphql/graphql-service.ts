import type { GraphQLSchema } from "graphql";
import type { Deps } from "../deps";
import type { Route } from "../http/route";
import type { Authenticate, HttpServer } from "../http/server";
import { startApollo } from "./apollo";
import { documentPolicy } from "./document-policy";
import { graphiqlRoutes } from "./graphiql";
import { graphqlRoutes } from "./graphql-over-http";
import { OperationRunner } from "./operation-runner";
import { serveWebSockets } from "./websocket";

/** A schema at `/graphql`: over HTTP, server-sent events and WebSocket, with GraphiQL beside it. */
export interface GraphqlService {
  readonly routes: readonly Route[];
  /** Takes the WebSocket connections of this server, too; answers how to say goodbye to them. */
  attach(server: HttpServer): () => Promise<void>;
}

export async function createGraphqlService(deps: Deps, schema: GraphQLSchema, authenticate: Authenticate): Promise<GraphqlService> {
  const { log, ids, config } = deps;
  const policy = documentPolicy(config.production);
  const runner = new OperationRunner(schema, policy, log);
  const apollo = await startApollo({ schema, policy, log, ids });
  return {
    routes: [...graphqlRoutes({ deps, authenticate, apollo, runner }), ...graphiqlRoutes()],
    attach: (server) => serveWebSockets(server, runner, deps, authenticate),
  };
}
