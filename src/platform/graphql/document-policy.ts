import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
  type ValidationRule,
} from "graphql";
import { documentLimits, MAX_TOKENS } from "./document-limits";

/** What documents we take, at every door: in production neither introspection nor hints at names that were not asked for. */
export interface DocumentPolicy {
  readonly maxTokens: number;
  readonly rules: ValidationRule[];
  readonly hideSuggestions: boolean;
}

export const documentPolicy = (production: boolean): DocumentPolicy => ({
  maxTokens: MAX_TOKENS,
  rules: production ? [documentLimits, NoSchemaIntrospectionCustomRule] : [documentLimits],
  hideSuggestions: production,
});

export interface Operation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** Parses and validates for the streaming doors what Apollo parses and validates for plain HTTP; answers the errors, if there are any. */
export function readOperation(
  schema: GraphQLSchema,
  query: string,
  operationName: string | undefined,
  policy: DocumentPolicy,
): Operation | GraphQLError[] {
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens: policy.maxTokens });
  } catch (error) {
    return [invalid(error as GraphQLError)];
  }
  const errors = validate(schema, document, [...specifiedRules, ...policy.rules], { hideSuggestions: policy.hideSuggestions });
  if (errors.length > 0) return errors.map(invalid);
  const operation = getOperationAST(document, operationName);
  if (!operation) return [invalid(new GraphQLError("The document has no operation of this name, or several and none was named"))];
  return { document, operation };
}

const invalid = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    originalError: error.originalError,
    extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
  });
