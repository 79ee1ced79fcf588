import { defaultFieldResolver, type GraphQLField, type GraphQLFieldResolver, type GraphQLSchema } from "graphql";
import { denialOf, type RecordDenied } from "../denial";
import { forbidden } from "../errors";
import type { RequestContext } from "./request-context";

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** The permission that each root field names, by field: what the schema asks of its callers. */
export function permissionsOf(schema: GraphQLSchema): Map<string, string> {
  return new Map(rootFields(schema).map(([path, field]) => [path, permissionOf(path, field)]));
}

/**
 * Puts the guard before every operation of the schema: a caller without its permission gets FORBIDDEN, and a refusal
 * that the audit log has to know is written there before it is answered. Nested fields are not touched.
 * Throws if an operation names no permission (deny by default).
 */
export function guardOperations(schema: GraphQLSchema, recordDenied: RecordDenied): void {
  for (const [path, field] of rootFields(schema)) {
    const permission = permissionOf(path, field);
    if (field.subscribe) field.subscribe = guard(permission, field.subscribe as Resolver, recordDenied);
    else field.resolve = guard(permission, field.resolve ?? defaultFieldResolver, recordDenied);
  }
}

const guard =
  (permission: string, resolve: Resolver, recordDenied: RecordDenied): Resolver =>
  async (root, args, context, info) => {
    try {
      if (!context.caller.permissions.has(permission)) throw forbidden(`${permission}: your roles do not grant this permission`);
      return await resolve(root, args, context, info);
    } catch (error) {
      const denial = denialOf(error, permission, context.caller.principal);
      if (denial !== undefined) await recordDenied(context.deps, denial);
      throw error;
    }
  };

function rootFields(schema: GraphQLSchema): [path: string, field: GraphQLField<unknown, RequestContext>][] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((type) => Object.entries(type?.getFields() ?? {}).map(([name, field]) => [`${type!.name}.${name}`, field]));
}

function permissionOf(path: string, field: GraphQLField<unknown, RequestContext>): string {
  const { permission } = field.extensions;
  if (typeof permission !== "string" || !/^[a-z]+:[a-z0-9-]+$/.test(permission)) {
    throw new Error(`${path} names no permission: mark its resolver with @Requires("<room>:<operation>")`);
  }
  return permission;
}
