import { Field, ID, ObjectType } from "type-graphql";
import { connectionOf } from "../../platform/graphql/connection";
import { DateTimeScalar } from "../../platform/graphql/scalars";
import type { AccessToken, CreatedToken } from "../model";

@ObjectType("AccessToken", { description: "A bearer token, without its secret." })
export class AccessTokenType implements AccessToken {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: "Who its holder is, in approvals and in the audit log." })
  principal!: string;

  @Field(() => [String])
  roles!: string[];

  @Field(() => String, { nullable: true, description: "Key of the service that it speaks for." })
  service!: string | null;

  @Field(() => DateTimeScalar)
  createdAt!: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "Null: valid until it is revoked." })
  expiresAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true })
  revokedAt!: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "To the hour." })
  lastUsedAt!: Date | null;
}

@ObjectType("CreatedToken")
export class CreatedTokenType extends AccessTokenType implements CreatedToken {
  @Field(() => String, { description: "The secret. It is shown this once and kept by nobody." })
  token!: string;
}

export const AccessTokenConnection = connectionOf(AccessTokenType, "AccessToken");
