import { Ctx, FieldResolver, ID, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { JsonObjectScalar } from "../../platform/graphql/scalars";
import { type Dataset, type Entity, proofGrade, type ProofGrade, type Properties, type Service } from "../model";
import { embodiedLoader, fieldsLoader, otherNamesLoader, type OwnedField, proofsLoader, propertiesLoader, serviceLoader } from "./catalog-loaders";
import { DatasetType, EntityType, FieldType, ProofGradeEnum, ServiceType } from "./catalog-types";

@Resolver(() => DatasetType)
export class DatasetResolver {
  @FieldResolver(() => ServiceType, { nullable: true, description: "Null: merely observed, nobody has claimed it yet." })
  service(@Root() { serviceKey }: Dataset, @Ctx() context: RequestContext): Promise<Service | undefined> | null {
    return serviceKey === null ? null : context.loader(serviceLoader).load(serviceKey);
  }

  @FieldResolver(() => [EntityType], { description: "What it embodies." })
  async entities(@Root() { number }: Dataset, @Ctx() context: RequestContext): Promise<Entity[]> {
    return (await context.loader(embodiedLoader).load(number)) ?? [];
  }

  @FieldResolver(() => [ID], { description: "Ids that lead to it as well: former names, symlinks, datasets that were merged into it." })
  async otherNames(@Root() { number }: Dataset, @Ctx() context: RequestContext): Promise<string[]> {
    return (await context.loader(otherNamesLoader).load(number)) ?? [];
  }

  @FieldResolver(() => [FieldType])
  fields(@Root() { number }: Dataset, @Ctx() context: RequestContext): Promise<OwnedField[]> {
    return context.loader(fieldsLoader).load(number);
  }

  @FieldResolver(() => JsonObjectScalar, { description: "What its descriptor says besides, by the names of its format." })
  async properties(@Root() { number }: Dataset, @Ctx() context: RequestContext): Promise<Properties> {
    return (await context.loader(propertiesLoader).load(number)) ?? {};
  }

  @FieldResolver(() => ProofGradeEnum, { description: "The grade that the latest proofs support now." })
  async proofGrade(@Root() { number }: Dataset, @Ctx() context: RequestContext): Promise<ProofGrade> {
    return proofGrade(await context.loader(proofsLoader).load(number), context.deps.clock.now());
  }
}
