import { Field, ID, ObjectType } from "type-graphql";
import { PersonalStateEnum } from "../../catalog/graphql/catalog-types";
import type { Custody, CustodyNode } from "../use-cases/read-custody";

@ObjectType("CustodyNode", { description: "A dataset that ever received content, whatever has become of the job that brought it." })
export class CustodyNodeType implements CustodyNode {
  @Field(() => ID)
  id!: string;

  @Field(() => [ID], { description: "Datasets, from where custody begins to this one." })
  path!: readonly string[];

  @Field(() => PersonalStateEnum)
  personal!: CustodyNode["personal"];

  @Field(() => String, {
    nullable: true,
    description: "Why it holds nothing of it: ATTESTED anonymous now, or recorded as DROPPED, TRUNCATED or REBUILT with no flow into it since. Null: it may hold copies.",
  })
  excluded!: CustodyNode["excluded"];
}

@ObjectType("Custody", { description: "Where content may still lie. No event shrinks it." })
export class CustodyType implements Custody {
  @Field(() => [CustodyNodeType], { description: "The nearest first; where custody begins is not among them." })
  datasets!: readonly CustodyNodeType[];

  @Field(() => [ID], { description: "Datasets from which flows lead on to what `first` left out." })
  truncatedAt!: readonly string[];
}
