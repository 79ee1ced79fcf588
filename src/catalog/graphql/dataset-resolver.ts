import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { type Dataset, type Entity, type Field, proofGrade, type ProofGrade, type Service } from "../model";
import { embodiedLoader, fieldsLoader, proofsLoader, serviceLoader } from "./catalog-loaders";
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

  @FieldResolver(() => [FieldType])
  fields(@Root() { number }: Dataset, @Ctx() context: RequestContext): Promise<Field[]> {
    return context.loader(fieldsLoader).load(number);
  }

  @FieldResolver(() => ProofGradeEnum, { description: "The grade that the latest proofs support now." })
  async proofGrade(@Root() { number }: Dataset, @Ctx() context: RequestContext): Promise<ProofGrade> {
    return proofGrade(await context.loader(proofsLoader).load(number), context.deps.clock.now());
  }
}
