import { IsOptional } from "class-validator";
import { ArgsType, Field, ID } from "type-graphql";
import { PageArgs } from "../../platform/graphql/connection";
import { PlainText } from "../../platform/graphql/plain-text";
import { MAX_ID_LENGTH } from "../../platform/graphql/shared-inputs";
import type { ErasureState } from "../model";
import { ErasureStateEnum } from "./erasure-types";

@ArgsType()
export class ErasureRequestsArgs extends PageArgs {
  @Field(() => [ErasureStateEnum], { nullable: true })
  state?: ErasureState[] | null;

  @Field(() => Date, { nullable: true })
  dueBefore?: Date | null;

  @Field(() => ID, { nullable: true, description: "One that has a task." })
  @IsOptional()
  @PlainText(MAX_ID_LENGTH)
  service?: string | null;
}
