import { Field, ID, ObjectType } from "type-graphql";
import type { NamespaceAlias } from "../use-cases/add-namespace-alias";

@ObjectType("NamespaceAlias", { description: "Names in the alias are names in the namespace." })
export class NamespaceAliasType implements NamespaceAlias {
  @Field(() => ID, { description: "`namespace:<alias>`, percent-encoded." })
  id!: string;

  @Field(() => String, { description: "Normalised, as the namespace is." })
  alias!: string;

  @Field(() => String)
  namespace!: string;
}
