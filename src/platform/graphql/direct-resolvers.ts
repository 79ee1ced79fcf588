import { type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from "graphql";
import { getMetadataStorage } from "type-graphql";
import { hasRules } from "./validate-arguments";

type ResolverMetadata = ReturnType<typeof getMetadataStorage>["fieldResolvers"][number];
type ParamMetadata = NonNullable<ResolverMetadata["params"]>[number];

type FieldResolver = GraphQLFieldResolver<unknown, unknown>;
type Read = (root: unknown, args: Record<string, unknown>, context: unknown) => unknown;
type Methods = Record<string, (...parameters: unknown[]) => unknown>;

/**
 * Calls the methods behind nested fields directly, where nothing is left to do before: no rules to check, no input classes to make, no
 * middleware. type-graphql would make every field that takes arguments asynchronous: a sixth of the time of a long list.
 */
export function resolveDirectly(schema: GraphQLSchema): void {
  const { fieldResolvers, objectTypes } = getMetadataStorage();
  const instances = new Map<unknown, Methods>();
  for (const metadata of fieldResolvers) {
    const target = metadata.getObjectType?.();
    const type = schema.getType(objectTypes.find((known) => known.target === target)?.name ?? "");
    const field = isObjectType(type) ? type.getFields()[metadata.schemaName] : undefined;
    const resolve = field && directResolver(metadata, instances);
    if (resolve) field.resolve = resolve;
  }
}

function directResolver(
  { kind, target, methodName, params = [], middlewares = [], roles }: ResolverMetadata,
  instances: Map<unknown, Methods>,
): FieldResolver | undefined {
  if (kind !== "external" || middlewares.length > 0 || roles) return undefined;
  const reads = [...params].sort((a, b) => a.index - b.index).map(readOf);
  if (!reads.every((read) => read !== undefined)) return undefined;
  const resolvers = instances.get(target) ?? (new (target as new () => unknown)() as Methods);
  instances.set(target, resolvers);
  return (root, args, context) => resolvers[methodName]!(...reads.map((read) => read(root, args, context)));
}

/** How to get a parameter from what the executor gives; undefined where type-graphql has to make it. */
function readOf(param: ParamMetadata): Read | undefined {
  switch (param.kind) {
    case "root":
      return param.getType || param.propertyName ? undefined : (root) => root;
    case "context":
      return param.propertyName ? undefined : (_root, _args, context) => context;
    case "args":
      return hasRules(param.getType()) ? undefined : (_root, args) => args;
    default:
      return undefined;
  }
}
