import { IsOptional } from "class-validator";
import { Field, ID, InputType } from "type-graphql";
import { PlainText } from "../../platform/graphql/plain-text";
import { MAX_ID_LENGTH } from "../../platform/graphql/shared-inputs";

/** Of a job: two names of up to 2,048 characters, percent-encoded. */
const MAX_JOB_ID_LENGTH = 16_384;

@InputType("DeclareLineageInput")
export class DeclareLineageInput {
  @Field(() => ID, { description: "A dataset or a field." })
  @PlainText(MAX_ID_LENGTH)
  from!: string;

  @Field(() => ID, { description: "A dataset where `from` is one, a field where `from` is one." })
  @PlainText(MAX_ID_LENGTH)
  to!: string;

  @Field(() => ID, { nullable: true, description: "By which data flows; taken in where it is not known." })
  @IsOptional()
  @PlainText(MAX_JOB_ID_LENGTH)
  job?: string | null;
}

@InputType("RetireLineageInput", { description: "Either of the two." })
export class RetireLineageInput {
  @Field(() => ID, { nullable: true, description: "One flow." })
  @IsOptional()
  @PlainText(MAX_ID_LENGTH)
  id?: string | null;

  @Field(() => ID, { nullable: true, description: "All flows of a job, which is deleted." })
  @IsOptional()
  @PlainText(MAX_JOB_ID_LENGTH)
  job?: string | null;
}
