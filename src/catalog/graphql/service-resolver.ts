import { Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { checkPage, type Page } from "../../platform/database/keyset";
import { PageArgs } from "../../platform/graphql/connection";
import type { RequestContext } from "../../platform/graphql/request-context";
import type { Dataset, Service } from "../model";
import type { OwnershipAssignment } from "../ownership-model";
import { InstantArgs } from "./catalog-args";
import { serviceAssignmentsLoader, serviceDatasetsLoader } from "./catalog-loaders";
import { DatasetConnection, EndpointType, OwnershipAssignmentType, ServiceType } from "./catalog-types";

@Resolver(() => ServiceType)
export class ServiceResolver {
  @FieldResolver(() => EndpointType, { nullable: true, description: "Null where orders do not go over the network." })
  endpoint(@Root() { key, endpointUrl, kinds, publicKeys, timeoutMs }: Service): EndpointType | null {
    return endpointUrl === null ? null : { service: key, url: endpointUrl, kinds, publicKeys, timeoutMs };
  }

  @FieldResolver(() => [OwnershipAssignmentType], { description: "In force at that instant." })
  assignments(@Root() { key }: Service, @Ctx() context: RequestContext, @Args(() => InstantArgs) { asOf, knownAt }: InstantArgs): Promise<OwnershipAssignment[]> {
    return context.loader(serviceAssignmentsLoader).load({ key, asOf: asOf ?? context.deps.clock.now(), knownAt: knownAt ?? null });
  }

  @FieldResolver(() => DatasetConnection, { description: "Those in use, by namespace and name." })
  datasets(@Root() { key }: Service, @Ctx() context: RequestContext, @Args(() => PageArgs) page: PageArgs): Promise<Page<Dataset>> {
    checkPage(page);
    return context.loader(serviceDatasetsLoader).load({ key, ...page });
  }
}
