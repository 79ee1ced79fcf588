import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { fieldNotesLoader, type OwnedField } from "./catalog-loaders";
import { FieldType } from "./catalog-types";

@Resolver(() => FieldType)
export class FieldNotesResolver {
  @FieldResolver(() => String, { nullable: true })
  async description(@Root() { dataset, name }: OwnedField, @Ctx() context: RequestContext): Promise<string | null> {
    return (await context.loader(fieldNotesLoader).load(dataset))?.get(name)?.description ?? null;
  }

  @FieldResolver(() => String, { nullable: true, description: "As its owner grades it: public, internal, confidential, …" })
  async sensitivity(@Root() { dataset, name }: OwnedField, @Ctx() context: RequestContext): Promise<string | null> {
    return (await context.loader(fieldNotesLoader).load(dataset))?.get(name)?.sensitivity ?? null;
  }
}
