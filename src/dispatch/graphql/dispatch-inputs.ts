import { Field, ID, InputType } from "type-graphql";
import { PlainText } from "../../platform/graphql/plain-text";
import { MAX_ID_LENGTH } from "../../platform/graphql/shared-inputs";

@InputType("CheckEndpointInput")
export class CheckEndpointInput {
  @Field(() => ID)
  @PlainText(MAX_ID_LENGTH)
  service!: string;
}
