import { Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { checkPage, type Page } from "../../platform/database/keyset";
import { PageArgs } from "../../platform/graphql/connection";
import type { RequestContext } from "../../platform/graphql/request-context";
import type { Dataset, Entity, Service } from "../model";
import type { OwnershipAssignment } from "../ownership-model";
import { InstantArgs } from "./catalog-args";
import { entityAssignmentsLoader, entityDatasetsLoader, systemOfRecordLoader } from "./catalog-loaders";
import { DatasetConnection, EntityType, OwnershipAssignmentType, ServiceType } from "./catalog-types";

@Resolver(() => EntityType)
export class EntityResolver {
  @FieldResolver(() => ServiceType, { nullable: true, description: "The one service that owned it at that instant." })
  systemOfRecord(@Root() { key }: Entity, @Ctx() context: RequestContext, @Args(() => InstantArgs) { asOf, knownAt }: InstantArgs): Promise<Service | null> {
    return context.loader(systemOfRecordLoader).load({ key, asOf: asOf ?? context.deps.clock.now(), knownAt: knownAt ?? null });
  }

  @FieldResolver(() => [OwnershipAssignmentType], { description: "In force at that instant; the system of record first." })
  assignments(@Root() { key }: Entity, @Ctx() context: RequestContext, @Args(() => InstantArgs) { asOf, knownAt }: InstantArgs): Promise<OwnershipAssignment[]> {
    return context.loader(entityAssignmentsLoader).load({ key, asOf: asOf ?? context.deps.clock.now(), knownAt: knownAt ?? null });
  }

  @FieldResolver(() => DatasetConnection, { description: "Those in use that embody it, by namespace and name." })
  datasets(@Root() { key }: Entity, @Ctx() context: RequestContext, @Args(() => PageArgs) page: PageArgs): Promise<Page<Dataset>> {
    checkPage(page);
    return context.loader(entityDatasetsLoader).load({ key, ...page });
  }
}
