import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import type { Entity, Service } from "../model";
import type { OwnershipAssignment } from "../ownership-model";
import { entityLoader, serviceLoader } from "./catalog-loaders";
import { EntityType, OwnershipAssignmentType, ServiceType } from "./catalog-types";

@Resolver(() => OwnershipAssignmentType)
export class OwnershipAssignmentResolver {
  @FieldResolver(() => EntityType)
  entity(@Root() { entityKey }: OwnershipAssignment, @Ctx() context: RequestContext): Promise<Entity | undefined> {
    return context.loader(entityLoader).load(entityKey);
  }

  @FieldResolver(() => ServiceType)
  service(@Root() { serviceKey }: OwnershipAssignment, @Ctx() context: RequestContext): Promise<Service | undefined> {
    return context.loader(serviceLoader).load(serviceKey);
  }
}
