import type { ExecutionArgs } from "graphql";
import type { Context, OperationResult } from "graphql-ws";
import { type Extra, useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import type { Deps } from "../deps";
import { badInput, Refusal } from "../errors";
import type { Authenticate, HttpServer } from "../http/server";
import { asGraphQLError, type OperationRunner, type PreparedOperation } from "./operation-runner";
import { RequestContext } from "./request-context";

const MAX_MESSAGE_BYTES = 1024 * 1024;
const MAX_OPERATIONS = 100;
/** A client that has not said goodbye by then is hung up on. */
const GOODBYE_MS = 1_000;

type Connection = Context<{ authorization?: unknown }, Extra & { requestId?: string }>;

/**
 * GraphQL over WebSocket (`graphql-transport-ws`) at `/graphql`. The token comes in the `authorization` header of the handshake or,
 * for browsers, as `connectionParams.authorization`; without a valid one the connection is closed (4403).
 * Answers how to say goodbye to every client (1001) at shutdown.
 */
export function serveWebSockets(server: HttpServer, runner: OperationRunner, deps: Deps, authenticate: Authenticate): () => Promise<void> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const renew = async (connection: Connection) =>
    new RequestContext(deps, await authenticate(authorizationOf(connection)), (connection.extra.requestId ??= deps.ids.uuid()));
  // The results are in the clients' form already; graphql-ws's types expect them as graphql-js makes them.
  const perform = (prepared: ExecutionArgs) => runner.perform(prepared as PreparedOperation) as OperationResult;

  const { dispose } = useServer<NonNullable<Connection["connectionParams"]>, { requestId?: string }>(
    {
      onConnect: (connection) =>
        renew(connection).then(
          () => true,
          (error: unknown) => {
            if (!(error instanceof Refusal))
              deps.log.error({ err: error, requestId: connection.extra.requestId }, "WebSocket connection failed");
            return false;
          },
        ),
      onSubscribe: async (connection, _id, payload) => {
        try {
          if (Object.keys(connection.subscriptions).length > MAX_OPERATIONS)
            throw badInput(`At most ${MAX_OPERATIONS} operations at a time run on a connection`);
          return await runner.prepare(payload, () => renew(connection));
        } catch (error) {
          return [asGraphQLError(error)];
        }
      },
      execute: perform,
      subscribe: perform,
      onNext: (_connection, _id, _payload, _args, result) => result,
      onError: ({ extra }, _id, _payload, errors) => runner.explain(errors, extra.requestId ?? deps.ids.uuid()),
    },
    sockets,
  );
  server.onUpgrade("/graphql", (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit("connection", client, request));
  });
  return async () => {
    const hangUp = setTimeout(() => sockets.clients.forEach((client) => client.terminate()), GOODBYE_MS);
    await dispose();
    clearTimeout(hangUp);
  };
}

function authorizationOf({ extra, connectionParams }: Connection): string | undefined {
  const { authorization } = extra.request.headers;
  const fromParams = connectionParams?.authorization;
  return authorization ?? (typeof fromParams === "string" ? fromParams : undefined);
}
