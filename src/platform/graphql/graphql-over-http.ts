import { type ApolloServer, HeaderMap } from "@apollo/server";
import type { Caller, Deps } from "../deps";
import { badInput, HTTP_STATUS, type Refusal } from "../errors";
import type { HttpRequest, HttpResponse, Route } from "../http/route";
import type { Authenticate } from "../http/server";
import { clientError } from "./client-errors";
import { graphiqlPage, wantsPage } from "./graphiql";
import type { OperationRunner } from "./operation-runner";
import { RequestContext } from "./request-context";
import { answerByEvents } from "./server-sent-events";

/** Room for several descriptors of 16 MiB, escaped as JSON strings, or for 5,000 erasure requests. The bearer is known before it is read. */
const BODY_LIMIT = 64 * 1024 * 1024;

export interface GraphqlDoor {
  readonly deps: Deps;
  readonly authenticate: Authenticate;
  readonly apollo: ApolloServer<RequestContext>;
  readonly runner: OperationRunner;
}

/**
 * `/graphql` by GET and POST, for bearers of a token: one result (GraphQL over HTTP) or a stream of them (`accept: text/event-stream`).
 * A browser that comes to look is shown GraphiQL.
 */
export function graphqlRoutes({ deps, authenticate, apollo, runner }: GraphqlDoor): Route[] {
  const operate = async (request: HttpRequest, caller: Caller, body: unknown): Promise<HttpResponse> => {
    if (request.headers.accept?.includes("text/event-stream")) {
      const renew = async () => new RequestContext(deps, await authenticate(request.headers.authorization), request.id);
      return answerByEvents(runner, request, body ?? Object.fromEntries(request.query), renew);
    }
    const {
      status,
      headers,
      body: result,
    } = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method, headers: headerMap(request), search: request.search, body },
      context: async () => new RequestContext(deps, caller, request.id),
    });
    return {
      status: status ?? 200,
      headers: Object.fromEntries(headers),
      body: result.kind === "complete" ? result.string : result.asyncIterator,
    };
  };
  const door = { path: "/graphql", bodyLimit: BODY_LIMIT, refuse: refuseAsGraphQL } as const;
  return [
    { ...door, method: "POST", access: "token", handle: (request) => operate(request, request.caller!, parseBody(request)) },
    {
      ...door,
      method: "GET",
      access: "public", // For the page; everything else asks for the token here.
      handle: async (request) =>
        wantsPage(request) ? graphiqlPage : operate(request, await authenticate(request.headers.authorization), undefined),
    },
  ];
}

/** Refusals from before the execution, in GraphQL's form. */
function refuseAsGraphQL({ code, message }: Refusal, id: string): HttpResponse {
  const challenge = code === "UNAUTHENTICATED" ? { "www-authenticate": "Bearer" } : undefined;
  const headers = { "content-type": "application/json; charset=utf-8", ...challenge };
  return { status: HTTP_STATUS[code], headers, body: JSON.stringify({ errors: [clientError(code, message, id)] }) };
}

function parseBody({ headers, body }: HttpRequest): unknown {
  // Apollo answers for every other type, too: what is not there cannot be JSON.
  if (!/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) return undefined;
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw badInput("The body is not JSON");
  }
}

function headerMap({ headers }: HttpRequest): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return map;
}
