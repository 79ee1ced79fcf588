import { ApolloServer, type ApolloServerPlugin, type GraphQLRequestListener, HeaderMap } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { type ExecutionResult, GraphQLError, type GraphQLSchema } from "graphql";
import { getVariableValues } from "graphql/execution/values";
import type { Logger } from "pino";
import type { Ids } from "../ids";
import { type FailedRequest, toClientErrors } from "./client-errors";
import { DocumentCache } from "./document-cache";
import type { DocumentPolicy } from "./document-policy";
import { checkCost } from "./operation-cost";
import { QueryCompiler } from "./query-compiler";
import type { RequestContext } from "./request-context";

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly policy: DocumentPolicy;
  readonly log: Logger;
  readonly ids: Ids;
}

/** Apollo Server with everything off that costs time or phones home, our limits and errors on, and compiled queries. */
export async function startApollo({ schema, policy, log, ids }: ApolloOptions): Promise<ApolloServer<RequestContext>> {
  const failed = (id: string, request?: Partial<FailedRequest>): FailedRequest => ({
    id,
    schema,
    hideSuggestions: policy.hideSuggestions,
    ...request,
  });
  const apollo = new ApolloServer<RequestContext>({
    schema,
    introspection: true, // The policy's own rule forbids it in production, at every door.
    documentStore: new DocumentCache(),
    parseOptions: { maxTokens: policy.maxTokens },
    validationRules: policy.rules,
    validationOptions: { hideSuggestions: policy.hideSuggestions },
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: log,
    stringifyResult: JSON.stringify,
    // For what was no GraphQL request at all; the errors of the others are replaced below, where the request is known.
    formatError: (_formatted, error) => toClientErrors([asGraphQLError(error)], failed(ids.uuid()))[0]!,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      operations(schema, (id, request) => failed(id, { ...request, log })),
    ],
  });
  await apollo.start();
  return apollo;
}

/** What we do once for each operation: check its cost, run it compiled where that is possible, put its errors into our form. */
function operations(
  schema: GraphQLSchema,
  failed: (id: string, request: Partial<FailedRequest>) => FailedRequest,
): ApolloServerPlugin<RequestContext> {
  const compiler = new QueryCompiler(schema);
  const listener: GraphQLRequestListener<RequestContext> = {
    async didResolveOperation({ document, operation, request }) {
      if (operation) checked(() => checkCost(schema, document, operation, request.variables ?? {}));
    },

    async responseForOperation({ document, operation, request, contextValue }) {
      const compiled = operation && compiler.find(document, operation);
      if (!compiled) return null;
      const variables = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables ?? {}, { maxErrors: 1 });
      if (!variables.coerced) return null; // Apollo's own execution says what is wrong with them.
      const { data, errors }: ExecutionResult = await compiled(undefined, contextValue, variables.coerced);
      const explained = errors && toClientErrors(errors, failed(contextValue.requestId, { operation }));
      return {
        http: { status: undefined, headers: new HeaderMap() },
        body: { kind: "single", singleResult: explained ? { data, errors: explained } : { data } },
      };
    },

    async willSendResponse({ errors, response, operation, request, contextValue }) {
      if (!errors || response.body.kind !== "single") return;
      response.body.singleResult.errors = toClientErrors(
        errors,
        failed(contextValue.requestId, { operation, variables: request.variables }),
      );
      if (isLegacy(request.http?.headers.get("accept")) && errors.every(isOfWellFormedRequest)) response.http.status = 200;
    },
  };
  return { requestDidStart: async () => listener };
}

/** Who asks for `application/json` by name reads the errors from the body: GraphQL over HTTP wants 200 for every well-formed request. */
const isLegacy = (accept: string | undefined): boolean =>
  accept !== undefined && /application\/json/.test(accept) && !/application\/graphql-response\+json/.test(accept);

const WELL_FORMED: ReadonlySet<unknown> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_RESOLUTION_FAILURE",
  "BAD_USER_INPUT",
]);
const isOfWellFormedRequest = ({ extensions }: GraphQLError): boolean => WELL_FORMED.has(extensions.code);

const asGraphQLError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError ? error : new GraphQLError("not a GraphQL request", { originalError: error as Error });

/** Answers a refusal from before the execution with HTTP 400, as GraphQL over HTTP wants it. */
function checked(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new GraphQLError((error as Error).message, {
      originalError: error as Error,
      extensions: { code: "BAD_USER_INPUT", http: { status: 400 } },
    });
  }
}
