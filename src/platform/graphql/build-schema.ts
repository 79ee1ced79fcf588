import "reflect-metadata";
import type { GraphQLSchema } from "graphql";
import { buildSchemaSync, getMetadataStorage, type NonEmptyArray } from "type-graphql";
import type { RecordDenied } from "../denial";
import { resolveDirectly } from "./direct-resolvers";
import { guardOperations } from "./guard-operations";
import { DateTimeScalar } from "./scalars";
import { validateArguments } from "./validate-arguments";

export type ResolverClass = abstract new (...args: never[]) => object;

/**
 * The GraphQL schema of these resolvers, every operation guarded by the permission that it names.
 * Throws if one names none. A subscription gives its own source: `@Subscription(() => T, { subscribe: ({ args, context }) => … })`.
 */
export function buildGuardedSchema(resolvers: readonly ResolverClass[], recordDenied: RecordDenied): GraphQLSchema {
  // Plain fields are read by the executor itself: a function call for each of them is the largest cost of a long list.
  for (const type of getMetadataStorage().objectTypes) type.simpleResolvers ??= true;
  const schema = buildSchemaSync({
    resolvers: resolvers as unknown as NonEmptyArray<() => unknown>,
    scalarsMap: [{ type: Date, scalar: DateTimeScalar }],
    validateFn: validateArguments,
    pubSub: noTopics,
  });
  resolveDirectly(schema);
  guardOperations(schema, recordDenied);
  return schema;
}

/** type-graphql asks for one; our subscriptions do not use it. */
const noTopics = {
  publish(): never {
    throw new Error("there are no topics: the change itself is what subscriptions watch");
  },
  subscribe(): never {
    throw new Error("there are no topics: give the subscription a source with `subscribe`");
  },
};
