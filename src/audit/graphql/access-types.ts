import { Field, ID, Int, ObjectType } from "type-graphql";
import type { RecordAccessReport } from "../use-cases/record-access";

@ObjectType("RecordAccessReport", { description: "What became of the events." })
export class RecordAccessReportType implements RecordAccessReport {
  @Field(() => Int)
  recorded!: number;

  @Field(() => Int, { description: "Reported before, by the same service under the same id." })
  duplicates!: number;

  @Field(() => [ID], { description: "Ids of events that are broken: nothing of them was recorded." })
  refused!: string[];
}
