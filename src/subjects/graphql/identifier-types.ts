import { Field, InputType } from "type-graphql";
import { PlainText } from "../../platform/graphql/plain-text";
import { type Identifier, MAX_TYPE_LENGTH, MAX_VALUE_LENGTH } from "../model";

@InputType({ description: "What a person is known by, such as an e-mail address." })
export class IdentifierInput implements Identifier {
  @Field(() => String, { description: "A type that datasets declare, such as `email`, `phone` or `customer_id`." })
  @PlainText(MAX_TYPE_LENGTH)
  type!: string;

  @Field(() => String, { description: "Upper and lower case count, but in an `email`; a `phone` needs + and its country code." })
  @PlainText(MAX_VALUE_LENGTH)
  value!: string;
}
