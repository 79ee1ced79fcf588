import { Arg, Args, Ctx, ID, Query, Resolver } from "type-graphql";
import { checkPage, type Page } from "../../platform/database/keyset";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import type { Dataset, Entity, Service } from "../model";
import { entityKeyOf, serviceKeyOf } from "../public-ids";
import { listDatasets } from "../storage/dataset-queries";
import { listEntities } from "../storage/entity-queries";
import { listServices } from "../storage/service-queries";
import { DatasetsArgs, EntitiesArgs, ServicesArgs } from "./catalog-args";
import { datasetLoader, entityLoader, serviceLoader } from "./catalog-loaders";
import { DatasetConnection, DatasetType, EntityConnection, EntityType, ServiceConnection, ServiceType } from "./catalog-types";

@Resolver()
export class CatalogQueryResolver {
  @Query(() => ServiceType, { nullable: true })
  @Requires("catalog:service")
  service(@Ctx() context: RequestContext, @Arg("id", () => ID) id: string): Promise<Service | undefined> {
    return context.loader(serviceLoader).load(serviceKeyOf(id));
  }

  @Query(() => ServiceConnection, { description: "Those in use, by key." })
  @Requires("catalog:services")
  services(@Ctx() { deps }: RequestContext, @Args(() => ServicesArgs) { first, after, ...filter }: ServicesArgs): Promise<Page<Service>> {
    checkPage({ first });
    return listServices(deps.db, filter, { first, after });
  }

  @Query(() => EntityType, { nullable: true })
  @Requires("catalog:entity")
  entity(@Ctx() context: RequestContext, @Arg("id", () => ID) id: string): Promise<Entity | undefined> {
    return context.loader(entityLoader).load(entityKeyOf(id));
  }

  @Query(() => EntityConnection, { description: "Those in use, by key." })
  @Requires("catalog:entities")
  entities(@Ctx() { deps }: RequestContext, @Args(() => EntitiesArgs) { first, after, ...filter }: EntitiesArgs): Promise<Page<Entity>> {
    checkPage({ first });
    return listEntities(deps.db, filter, { first, after });
  }

  @Query(() => DatasetType, { nullable: true })
  @Requires("catalog:dataset")
  dataset(@Ctx() context: RequestContext, @Arg("id", () => ID) id: string): Promise<Dataset | undefined> {
    return context.loader(datasetLoader).load(id);
  }

  @Query(() => DatasetConnection, { description: "Those in use, by namespace and name." })
  @Requires("catalog:datasets")
  datasets(@Ctx() { deps }: RequestContext, @Args(() => DatasetsArgs) { first, after, service, ...filter }: DatasetsArgs): Promise<Page<Dataset>> {
    checkPage({ first });
    return listDatasets(deps.db, { ...filter, serviceKey: service ? serviceKeyOf(service) : null }, { first, after });
  }
}
