import { Field, ID, InputType } from "type-graphql";

@InputType("AttestAnonymousInput")
export class AttestAnonymousInput {
  @Field(() => ID)
  dataset!: string;

  @Field(() => String, {
    description: "How it was made anonymous, such as aggregation, k-anonymity, differential-privacy, synthetic, suppression, generalisation. What makes pseudonyms is refused.",
  })
  method!: string;

  @Field(() => Date, { description: "In the future, at most two years away." })
  expiresAt!: Date;
}
