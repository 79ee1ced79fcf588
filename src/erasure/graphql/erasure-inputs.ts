import { ArrayMaxSize, ArrayMinSize, IsOptional, ValidateNested } from "class-validator";
import { Field, ID, InputType } from "type-graphql";
import { IdentifierInput } from "../../subjects/graphql/identifier-types";
import { PlainText } from "../../platform/graphql/plain-text";
import { MAX_ID_LENGTH } from "../../platform/graphql/shared-inputs";
import { MAX_IDENTIFIERS } from "../discovery-model";
import type { Capacity, NoticeKind, Regime } from "../model";
import type { IdentityEvent } from "../use-cases/record-identity-verification";
import { CapacityEnum, IdentityEventEnum, NoticeKindEnum, RegimeEnum } from "./erasure-types";

@InputType()
export class SubmitErasureRequestInput {
  @Field(() => [IdentifierInput], { description: "1 to 10 identifiers of the person." })
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_IDENTIFIERS)
  @ValidateNested({ each: true })
  identifiers!: IdentifierInput[];

  @Field(() => RegimeEnum, { nullable: true, defaultValue: "GDPR" })
  regime!: Regime;

  @Field(() => Date, { nullable: true, description: "When the request reached the company. Default: now." })
  receivedAt?: Date | null;

  @Field(() => Date, { nullable: true, description: "The caller has verified the person; otherwise the request waits for recordIdentityVerification." })
  identityVerifiedAt?: Date | null;

  @Field(() => String, { nullable: true, description: "Your own reference: submitting it again answers the same request." })
  @IsOptional()
  @PlainText(256)
  externalRef?: string | null;

  @Field(() => String, { nullable: true, description: "Ground of Art. 17(1), a to f." })
  @IsOptional()
  @PlainText(64)
  ground?: string | null;

  @Field(() => CapacityEnum, { nullable: true, defaultValue: "CONTROLLER" })
  capacity!: Capacity;
}

@InputType()
export class IdentityVerificationInput {
  @Field(() => ID)
  @PlainText(MAX_ID_LENGTH)
  id!: string;

  @Field(() => IdentityEventEnum)
  event!: IdentityEvent;

  @Field(() => Date)
  at!: Date;
}

@InputType()
export class RejectErasureInput {
  @Field(() => ID)
  @PlainText(MAX_ID_LENGTH)
  id!: string;

  @Field(() => String, { description: "A denial code, such as no_grounds_for_deletion_request." })
  @PlainText(64)
  code!: string;
}

@InputType()
export class SubjectNoticeInput {
  @Field(() => ID)
  @PlainText(MAX_ID_LENGTH)
  id!: string;

  @Field(() => NoticeKindEnum)
  kind!: NoticeKind;

  @Field(() => Date)
  sentAt!: Date;

  @Field(() => String, { description: "The way it was sent, such as e-mail or letter; never an address." })
  @PlainText(64)
  channel!: string;
}

@InputType()
export class SuppressionLookup {
  @Field(() => [IdentifierInput])
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_IDENTIFIERS)
  @ValidateNested({ each: true })
  identifiers!: IdentifierInput[];

  @Field(() => Date)
  collectedAt!: Date;

  @Field(() => ID, { nullable: true, description: "Absent: the whole organisation." })
  @IsOptional()
  @PlainText(MAX_ID_LENGTH)
  scope?: string | null;
}
