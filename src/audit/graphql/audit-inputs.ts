import { IsOptional, ValidateNested } from "class-validator";
import { Field, ID, InputType } from "type-graphql";
import { PlainText, PlainTextOrNone } from "../../platform/graphql/plain-text";
import { DateTimeScalar } from "../../platform/graphql/scalars";
import { MAX_ID_LENGTH } from "../../platform/graphql/shared-inputs";
import { IdentifierInput } from "../../subjects/graphql/identifier-types";

const MAX_NAME_LENGTH = 512;

@InputType({ description: "Entries that match every member given." })
export class AuditFilter {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @PlainText(MAX_NAME_LENGTH)
  actor?: string | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @PlainText(MAX_NAME_LENGTH)
  action?: string | null;

  @Field(() => ID, { nullable: true })
  @IsOptional()
  @PlainText(MAX_ID_LENGTH)
  object?: string | null;

  @Field(() => ID, { nullable: true, description: "The dataset that was accessed." })
  @IsOptional()
  @PlainText(MAX_ID_LENGTH)
  dataset?: string | null;

  @Field(() => String, { nullable: true, description: "Name of a field that was accessed." })
  @IsOptional()
  @PlainText(MAX_NAME_LENGTH)
  field?: string | null;

  @Field(() => IdentifierInput, { nullable: true, description: "The person concerned. The look-up is an entry about that person, too." })
  @IsOptional()
  @ValidateNested()
  identifier?: IdentifierInput | null;

  @Field(() => String, { nullable: true, description: "Empty: accesses for which none was stated." })
  @IsOptional()
  @PlainTextOrNone(MAX_NAME_LENGTH)
  purpose?: string | null;

  @Field(() => String, { nullable: true, description: "Empty: accesses for which none was stated." })
  @IsOptional()
  @PlainTextOrNone(MAX_NAME_LENGTH)
  basis?: string | null;

  @Field(() => String, { nullable: true, description: "`ok` or `denied`." })
  @IsOptional()
  @PlainText(MAX_NAME_LENGTH)
  outcome?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Inclusive." })
  from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Exclusive." })
  to?: Date | null;
}
