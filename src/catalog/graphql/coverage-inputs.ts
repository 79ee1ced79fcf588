import { IsOptional } from "class-validator";
import { ArgsType, Field, ID } from "type-graphql";
import { PlainText } from "../../platform/graphql/plain-text";
import { MAX_ID_LENGTH } from "../../platform/graphql/shared-inputs";

@ArgsType()
export class CoverageArgs {
  @Field(() => ID, { nullable: true, description: "Of this service; of the whole company by default." })
  @IsOptional()
  @PlainText(MAX_ID_LENGTH)
  service?: string | null;
}

@ArgsType()
export class CoverageHistoryArgs extends CoverageArgs {
  @Field(() => Date, { nullable: true, description: "90 days before `to` by default." })
  from?: Date | null;

  @Field(() => Date, { nullable: true, description: "Now by default." })
  to?: Date | null;
}
