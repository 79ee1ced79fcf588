import DataLoader from "dataloader";
import { Args, ArgsType, Ctx, Field, FieldResolver, Resolver, Root } from "type-graphql";
import { checkPage, type Page } from "../../platform/database/keyset";
import { PageArgs } from "../../platform/graphql/connection";
import type { RequestContext } from "../../platform/graphql/request-context";
import type { Entity, Service } from "../model";
import { type EntityPageKey, listEntitiesOfServices } from "../storage/entity-queries";
import { EntityConnection, ServiceType } from "./catalog-types";

@ArgsType()
class ServiceEntitiesArgs extends PageArgs {
  @Field(() => Date, { nullable: true, description: "The instant in question; now by default." })
  asOf?: Date | null;

  @Field(() => Date, { nullable: true, description: "As it was known at that instant; as it is known now by default." })
  knownAt?: Date | null;
}

const entitiesLoader = ({ deps }: RequestContext): DataLoader<EntityPageKey, Page<Entity>> =>
  new DataLoader<EntityPageKey, Page<Entity>, string>((asked) => listEntitiesOfServices(deps.db, asked), {
    cacheKeyFn: ({ key, asOf, knownAt, first, after }) => `${key} ${asOf.getTime()} ${knownAt?.getTime() ?? ""} ${first} ${after ?? ""}`,
  });

@Resolver(() => ServiceType)
export class ServiceEntitiesResolver {
  @FieldResolver(() => EntityConnection, { description: "Those towards which it had a role at that instant, by key." })
  entities(@Root() { key }: Service, @Ctx() context: RequestContext, @Args(() => ServiceEntitiesArgs) args: ServiceEntitiesArgs): Promise<Page<Entity>> {
    const { first, after, asOf, knownAt } = args;
    checkPage({ first });
    return context.loader(entitiesLoader).load({ key, first, after, asOf: asOf ?? context.deps.clock.now(), knownAt: knownAt ?? null });
  }
}
