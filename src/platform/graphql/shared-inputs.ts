import { IsOptional } from "class-validator";
import { Field, ID, InputType } from "type-graphql";
import { PlainText } from "./plain-text";

/** Longest public id: `dataset:<namespace>:<name>` with every character percent-encoded. */
export const MAX_ID_LENGTH = 4096;

@InputType({ description: "Names the one object to act on." })
export class ConfirmInput {
  @Field(() => ID)
  @PlainText(MAX_ID_LENGTH)
  id!: string;
}

@InputType({ description: "Names the one object to act on, and why." })
export class ReasonInput {
  @Field(() => ID)
  @PlainText(MAX_ID_LENGTH)
  id!: string;

  @Field(() => String, { description: "A reason code of the operation." })
  @PlainText(64)
  code!: string;

  @Field(() => String, { nullable: true, description: "Sealed; shown to nobody without need." })
  @IsOptional()
  @PlainText(4000)
  note?: string | null;
}
