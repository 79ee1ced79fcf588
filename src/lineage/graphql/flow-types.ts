import { Field, ID, ObjectType } from "type-graphql";
import type { Flow } from "../flow-ids";

@ObjectType("Flow", { description: "Data flows from one dataset, job or field to another." })
export class FlowType implements Flow {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  from!: string;

  @Field(() => ID)
  to!: string;
}
