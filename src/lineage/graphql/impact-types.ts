import { Field, ID, ObjectType } from "type-graphql";
import type { Impact } from "../use-cases/read-impact";
import { LineageNodeType } from "./lineage-types";

@ObjectType("Impact", { description: "What lies downstream by the flows that hold now, each nearest first, with the steps to its nearest dataset." })
export class ImpactType implements Impact {
  @Field(() => [LineageNodeType])
  datasets!: readonly LineageNodeType[];

  @Field(() => [LineageNodeType], { description: "Embodied by these datasets." })
  entities!: readonly LineageNodeType[];

  @Field(() => [LineageNodeType], { description: "Hosting these datasets." })
  services!: readonly LineageNodeType[];

  @Field(() => [LineageNodeType], { description: "Owning these services: `team:<key>`." })
  teams!: readonly LineageNodeType[];

  @Field(() => [ID], { description: "Where flows lead on to what `first` left out." })
  truncatedAt!: readonly string[];
}
