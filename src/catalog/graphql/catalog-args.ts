import { IsOptional } from "class-validator";
import { ArgsType, Field, ID } from "type-graphql";
import { PageArgs } from "../../platform/graphql/connection";
import { PlainText } from "../../platform/graphql/plain-text";
import { MAX_ID_LENGTH } from "../../platform/graphql/shared-inputs";

const MAX_TEXT = 512;
const MAX_URL = 2048;

@ArgsType()
export class ServicesArgs extends PageArgs {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @PlainText(MAX_TEXT)
  team?: string | null;

  @Field(() => String, { nullable: true, description: "Exactly as it is registered." })
  @IsOptional()
  @PlainText(MAX_URL)
  endpointUrl?: string | null;
}

@ArgsType()
export class EntitiesArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: "In any case." })
  @IsOptional()
  @PlainText(MAX_TEXT)
  namePrefix?: string | null;

  @Field(() => String, { nullable: true, description: "Of a field of one of its datasets; narrower categories count." })
  @IsOptional()
  @PlainText(MAX_TEXT)
  category?: string | null;
}

@ArgsType()
export class DatasetsArgs extends PageArgs {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @PlainText(MAX_ID_LENGTH)
  service?: string | null;

  @Field(() => String, { nullable: true, description: "Of one of its fields; narrower categories count." })
  @IsOptional()
  @PlainText(MAX_TEXT)
  category?: string | null;

  @Field(() => String, { nullable: true, description: "In any case." })
  @IsOptional()
  @PlainText(MAX_TEXT)
  namePrefix?: string | null;
}

@ArgsType()
export class InstantArgs {
  @Field(() => Date, { nullable: true, description: "The instant in question; now by default." })
  asOf?: Date | null;

  @Field(() => Date, { nullable: true, description: "As it was known at that instant; as it is known now by default." })
  knownAt?: Date | null;
}
