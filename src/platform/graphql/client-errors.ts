import {
  coerceInputValue,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  isInputType,
  type OperationDefinitionNode,
  typeFromAST,
} from "graphql";
import type { Logger } from "pino";
import { type ErrorCode, Refusal } from "../errors";
import { withoutValues } from "./without-values";

/** What the errors of one request are explained from. */
export interface FailedRequest {
  readonly id: string;
  readonly schema: GraphQLSchema;
  readonly operation?: OperationDefinitionNode | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly hideSuggestions: boolean;
  /** Where errors of ours are written; absent where they have been. */
  readonly log?: Logger;
}

const MASKED = "Something went wrong on our side; quote the id to the operator";
const MAX_ERRORS = 50;

/**
 * Errors in the form that clients see: a code of the closed list and the request's id. Our refusals say what they say; faults of
 * the document or its variables are BAD_USER_INPUT and name the place, never a value; everything else is masked and logged.
 */
export function toClientErrors(errors: readonly GraphQLError[], request: FailedRequest): GraphQLFormattedError[] {
  const others = errors.filter((error) => !isVariableError(error));
  const variables = others.length < errors.length ? explainVariables(request) : [];
  return [...variables, ...others.map((error) => explain(error, request))].slice(0, MAX_ERRORS);
}

export const clientError = (
  code: ErrorCode,
  message: string,
  id: string,
  place: Partial<GraphQLFormattedError> = {},
): GraphQLFormattedError => ({
  message,
  ...place,
  extensions: { code, id },
});

function explain(error: GraphQLError, { id, log }: FailedRequest): GraphQLFormattedError {
  const place = { ...(error.locations && { locations: error.locations }), ...(error.path && { path: error.path }) };
  const cause = causeOf(error);
  if (cause === undefined ? isClientFault(error) : codeOf(error) === "GRAPHQL_VALIDATION_FAILED") {
    return clientError("BAD_USER_INPUT", explained(error.message, cause), id, place);
  }
  if (cause instanceof Refusal && cause.code !== "INTERNAL") return clientError(cause.code, cause.message, id, place);
  log?.error({ err: cause ?? error, requestId: id, path: error.path?.join(".") }, "operation failed");
  return clientError("INTERNAL", MASKED, id, place);
}

/** What was thrown, beneath the GraphQLErrors that the libraries wrapped around it. */
function causeOf(error: GraphQLError): unknown {
  let cause: unknown = error;
  while (cause instanceof GraphQLError) cause = cause.originalError;
  return cause;
}

// Errors of compiled queries have no extensions at all, whatever the type says.
const codeOf = ({ extensions }: { extensions?: Record<string, unknown> }): unknown => extensions?.code;

/** Apollo's own codes, all about what the client sent; and graphql-js's refusal to pass an argument on, which has none. */
const CLIENT_FAULTS: ReadonlySet<unknown> = new Set([
  "BAD_REQUEST",
  "BAD_USER_INPUT",
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_RESOLUTION_FAILURE",
  "PERSISTED_QUERY_NOT_FOUND",
  "PERSISTED_QUERY_NOT_SUPPORTED",
]);
const isClientFault = (error: GraphQLError): boolean => CLIENT_FAULTS.has(codeOf(error)) || /^Argument "/.test(error.message);

const explained = (message: string, cause: unknown): string =>
  cause instanceof Refusal ? `${withoutValues(message)} ${cause.message}` : withoutValues(message);

const VARIABLE_ERROR = /^Variable "\$\w+" (got invalid value|of required type|of non-null type)|^Too many errors processing variables/;
const isVariableError = (error: GraphQLError): boolean => error.path === undefined && VARIABLE_ERROR.test(error.message);

/** Thrown to leave a walk through variables that has found enough. */
const ENOUGH = new Error("enough faults");

/** Looks at the variables once more, because graphql-js's own messages quote them: names each place and what was expected there. */
function explainVariables(request: FailedRequest): GraphQLFormattedError[] {
  const faults: GraphQLFormattedError[] = [];
  try {
    lookAtVariables(request, (fault) => {
      faults.push(fault);
      if (faults.length === MAX_ERRORS) throw ENOUGH;
    });
  } catch (error) {
    if (error !== ENOUGH) throw error;
  }
  return faults;
}

function lookAtVariables(
  { id, schema, operation, variables, hideSuggestions }: FailedRequest,
  found: (fault: GraphQLFormattedError) => void,
): void {
  for (const definition of operation?.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    if (!isInputType(type)) continue;
    const { line, column } = definition.loc?.startToken ?? { line: 0, column: 0 };
    const report = (path: readonly (string | number)[], message: string): void => {
      const place = [`$${name}`, ...path].join(".");
      found(clientError("BAD_USER_INPUT", `${place}: ${message}`, id, { locations: [{ line, column }] }));
    };
    const value = variables?.[name];
    if (value === undefined && definition.defaultValue !== undefined) continue;
    coerceInputValue(value, type, (path, _value, error) => report(path, explained(error.message, causeOf(error))), hideSuggestions);
  }
}
