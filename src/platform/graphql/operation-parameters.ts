import { badInput } from "../errors";

/** What a GraphQL request consists of, whichever door it comes through. */
export interface OperationParameters {
  readonly query: string;
  readonly operationName?: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Refuses (BAD_USER_INPUT) what is no GraphQL request. In a URL's search part the variables are JSON. */
export function operationParameters(sent: unknown): OperationParameters {
  const { query, operationName, variables } = (sent ?? {}) as Record<string, unknown>;
  if (typeof query !== "string") throw badInput("query: must be a GraphQL document");
  if (operationName != null && typeof operationName !== "string") throw badInput("operationName: must be a text");
  const values = typeof variables === "string" ? parse(variables) : (variables ?? {});
  if (typeof values !== "object" || values === null || Array.isArray(values)) throw badInput("variables: must be a JSON object");
  return { query, operationName: operationName ?? undefined, variables: values as OperationParameters["variables"] };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
