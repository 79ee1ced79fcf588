import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { DateTimeScalar } from "../../platform/graphql/scalars";
import type { DroppedAuditEntries } from "../use-cases/drop-audit-entries";

@InputType()
export class DropAuditEntriesInput {
  @Field(() => DateTimeScalar, { description: "Entries are dropped that a checkpoint signed by then covers; at least 24 hours ago." })
  before!: Date;
}

@ObjectType("DroppedAuditEntries", { description: "Entries whose time is over. Their leaf hashes stay, and an entry of the log names the ranges." })
export class DroppedAuditEntriesType implements DroppedAuditEntries {
  @Field(() => ID, { nullable: true, description: "`leaves:FROM-TO`, the object of the entry that logs the drop; null where there was nothing to drop." })
  id!: string | null;

  @Field(() => Int, { description: "How many ranges of leaves lost their entries." })
  ranges!: number;

  @Field(() => Int, { description: "How many entries were deleted." })
  entries!: number;
}
