import {
  createSourceEventStream,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from "graphql";
import type { Logger } from "pino";
import { type FailedRequest, toClientErrors } from "./client-errors";
import { type DocumentPolicy, readOperation } from "./document-policy";
import { checkCost } from "./operation-cost";
import { operationParameters } from "./operation-parameters";
import type { RequestContext } from "./request-context";

/** A context for the caller as he is now: loaders start empty, and a token that was revoked meanwhile is refused. */
export type RenewContext = () => Promise<RequestContext>;

/** An operation that is fit to be executed. */
export interface PreparedOperation extends ExecutionArgs {
  readonly operation: OperationDefinitionNode;
  readonly variableValues: Readonly<Record<string, unknown>>;
  readonly contextValue: RequestContext;
  readonly renew: RenewContext;
}

export type Results = AsyncGenerator<FormattedExecutionResult, void, undefined>;

/** Runs operations for the doors that stream results (WebSocket, server-sent events), as Apollo runs them for plain HTTP. */
export class OperationRunner {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly policy: DocumentPolicy,
    private readonly log: Logger,
  ) {}

  /** Reads and checks what a client sent; answers what is wrong with the document, throws a refusal of the request or its caller. */
  async prepare(sent: unknown, renew: RenewContext): Promise<PreparedOperation | GraphQLError[]> {
    const contextValue = await renew();
    const { query, operationName, variables } = operationParameters(sent);
    const read = readOperation(this.schema, query, operationName, this.policy);
    if (Array.isArray(read)) return read;
    checkCost(this.schema, read.document, read.operation, variables);
    return { ...read, schema: this.schema, operationName, variableValues: variables, contextValue, renew };
  }

  /** One result of a query or mutation, any number of a subscription. */
  async perform(prepared: PreparedOperation): Promise<FormattedExecutionResult | Results> {
    if (prepared.operation.operation !== OperationTypeNode.SUBSCRIPTION) return this.formatted(await execute(prepared), prepared);
    const source = await createSourceEventStream(prepared);
    if (!(Symbol.asyncIterator in source)) return this.formatted(source, prepared);
    return this.resultsOf(source[Symbol.asyncIterator](), prepared);
  }

  explain(errors: readonly GraphQLError[], requestId: string, about: Partial<FailedRequest> = {}): GraphQLFormattedError[] {
    const { schema, policy, log } = this;
    return toClientErrors(errors, { id: requestId, schema, hideSuggestions: policy.hideSuggestions, log, ...about });
  }

  /** Not a generator function: its `return` would wait for the next event before it let go of the source. */
  private resultsOf(events: AsyncIterator<unknown>, prepared: PreparedOperation): Results {
    const end = async () => {
      await events.return?.();
      return { done: true, value: undefined } as const;
    };
    return {
      next: async () => {
        const event = await events.next();
        if (event.done) return { done: true, value: undefined };
        const contextValue = await prepared.renew().catch(async (error) => {
          await end();
          throw error;
        });
        return { done: false, value: this.formatted(await execute({ ...prepared, rootValue: event.value, contextValue }), prepared) };
      },
      return: end,
      throw: async (error) => {
        await end();
        throw error;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
      [Symbol.asyncDispose]: async () => void (await end()),
    };
  }

  private formatted(
    { data, errors }: ExecutionResult,
    { operation, variableValues, contextValue }: PreparedOperation,
  ): FormattedExecutionResult {
    return errors ? { data, errors: this.explain(errors, contextValue.requestId, { operation, variables: variableValues }) } : { data };
  }
}

/** A refusal of the whole request, in the form in which errors of its parts come. */
export const asGraphQLError = (error: unknown): GraphQLError =>
  error instanceof GraphQLError ? error : new GraphQLError("refused", { originalError: error as Error });
