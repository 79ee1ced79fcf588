import { ArrayMaxSize, IsOptional } from "class-validator";
import { Field, InputType } from "type-graphql";
import { PlainText } from "../../platform/graphql/plain-text";
import { DateTimeScalar, DurationScalar } from "../../platform/graphql/scalars";

@InputType()
export class CreateTokenInput {
  @Field(() => String)
  @PlainText(255)
  principal!: string;

  @Field(() => [String], { description: "Names of roles, such as editor." })
  @ArrayMaxSize(16)
  @PlainText(64, { each: true })
  roles!: string[];

  @Field(() => String, { nullable: true, description: "Key of the service that the token speaks for." })
  @IsOptional()
  @PlainText(128)
  service?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Without expiresAt and expiresIn the token is valid until it is revoked." })
  expiresAt?: Date | null;

  @Field(() => DurationScalar, { nullable: true })
  expiresIn?: string | null;
}
