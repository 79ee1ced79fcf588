import { IsOptional, Min } from "class-validator";
import { ArgsType, Field, ID, Int } from "type-graphql";
import { PageArgs } from "../../platform/graphql/connection";
import { PlainText } from "../../platform/graphql/plain-text";
import { MAX_ID_LENGTH } from "../../platform/graphql/shared-inputs";

const MAX_TEXT = 512;

@ArgsType()
class NearestArgs {
  @Field(() => Int, { nullable: true, defaultValue: 1000, description: "The nearest so many; where it begins is not counted." })
  @Min(0)
  first!: number;
}

@ArgsType()
export class CustodyArgs extends NearestArgs {
  @Field(() => ID, { description: "A dataset, an entity (all its datasets) or a field (its dataset)." })
  @PlainText(MAX_ID_LENGTH)
  of!: string;
}

@ArgsType()
export class ImpactArgs extends NearestArgs {
  @Field(() => ID, { description: "A dataset, job, entity, service or field (its dataset)." })
  @PlainText(MAX_ID_LENGTH)
  of!: string;
}

@ArgsType()
export class PersonalDataFlowArgs extends NearestArgs {
  @Field(() => ID, { description: "A dataset, an entity (all its datasets) or a field (its dataset)." })
  @PlainText(MAX_ID_LENGTH)
  from!: string;

  @Field(() => String, { nullable: true, description: "Of the fields where it begins; narrower ones count. Without it: personal and unclassified fields." })
  @IsOptional()
  @PlainText(MAX_TEXT)
  category?: string | null;
}

@ArgsType()
export class UndeclaredFlowsArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: "Of this service; of all by default." })
  @IsOptional()
  @PlainText(MAX_ID_LENGTH)
  service?: string | null;
}
