import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { Dataset } from "../../catalog";
import { DatasetType } from "../../catalog/graphql/catalog-types";
import type { RequestContext } from "../../platform/graphql/request-context";
import { JsonObjectScalar } from "../../platform/graphql/scalars";
import type { Facets } from "../model";
import type { Freshness } from "../storage/job-queries";
import { facetsLoader, freshnessLoader } from "./job-loaders";
import { DatasetFreshnessType } from "./job-types";

/** What this room knows of the register's datasets. */
@Resolver(() => DatasetType)
export class ObservedDatasetResolver {
  @FieldResolver(() => JsonObjectScalar, { description: "What producers say of it: the latest facet of each name as sent, known or not." })
  facets(@Root() { number }: Dataset, @Ctx() context: RequestContext): Promise<Facets> {
    return context.loader(facetsLoader).load(number);
  }

  @FieldResolver(() => DatasetFreshnessType, { nullable: true, description: "Null: no completed run is known to have written it." })
  freshness(@Root() { number }: Dataset, @Ctx() context: RequestContext): Promise<Freshness | null> {
    return context.loader(freshnessLoader).load(number);
  }
}
