import fastify from "fastify";
import { printSchema } from "graphql";
import mercurius, { type IResolvers, type MercuriusContext } from "mercurius";
import { authenticate } from "../src/access";
import { buildGraphqlSchema } from "../src/app/graphql-schema";
import { entityDatasetsLoader, fieldsLoader, systemOfRecordLoader } from "../src/catalog/graphql/catalog-loaders";
import type { Dataset, Entity } from "../src/catalog/model";
import { listEntities } from "../src/catalog/storage/entity-queries";
import type { PageRequest } from "../src/platform/database/keyset";
import type { Deps } from "../src/platform/deps";
import { documentPolicy } from "../src/platform/graphql/document-policy";
import { checkCost } from "../src/platform/graphql/operation-cost";
import { RequestContext } from "../src/platform/graphql/request-context";

type Context = MercuriusContext & { readonly request: RequestContext };

/** The yardstick: the same schema, statements, loaders, look-up of tokens and limits, served by Mercurius with its query compiler on. */
export async function serveMercurius(deps: Deps): Promise<string> {
  const app = fastify({ bodyLimit: 8 * 1024 * 1024 });
  const policy = documentPolicy(false);
  const resolvers = {
    Query: {
      entities: (_: unknown, page: PageRequest) => listEntities(deps.db, {}, page),
    },
    Entity: {
      systemOfRecord: ({ key }: Entity, _: unknown, { request }: Context) =>
        request.loader(systemOfRecordLoader).load({ key, asOf: deps.clock.now(), knownAt: null }),
      datasets: ({ key }: Entity, page: PageRequest, { request }: Context) => request.loader(entityDatasetsLoader).load({ key, ...page }),
    },
    Dataset: {
      fields: ({ number }: Dataset, _: unknown, { request }: Context) => request.loader(fieldsLoader).load(number),
    },
  };
  await app.register(mercurius, {
    schema: printSchema(buildGraphqlSchema()),
    resolvers: resolvers as unknown as IResolvers,
    jit: 1,
    graphql: { parseOptions: { maxTokens: policy.maxTokens } },
    validationRules: [...policy.rules],
    context: async ({ id, headers }) => ({ request: new RequestContext(deps, await authenticate(deps, headers.authorization), id) }),
  });
  app.graphql.addHook("preExecution", async (schema, document, _context, variables) => {
    const [operation] = document.definitions;
    if (operation?.kind === "OperationDefinition") checkCost(schema, document, operation, variables);
  });
  return `${await app.listen({ port: 0, host: "127.0.0.1" })}/graphql`;
}
