import { IsOptional } from "class-validator";
import { ArgsType, Field, ID, InputType, Int } from "type-graphql";
import { PageArgs } from "../../platform/graphql/connection";
import { PlainText } from "../../platform/graphql/plain-text";
import type { TransferState } from "../transfer-model";
import { TransferStateEnum } from "./transfer-types";

const MAX_TEXT = 512;

@InputType("ProposeTransferInput")
export class ProposeTransferInput {
  @Field(() => ID)
  entity!: string;

  @Field(() => ID, { description: "The service that is to be the system of record." })
  to!: string;

  @Field(() => Date, { nullable: true, description: "Now or later; by default when it is accepted." })
  effectiveAt?: Date | null;
}

@InputType("DecideTransferInput")
export class DecideTransferInput {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true, description: "Shown with the transfer: no personal data." })
  @IsOptional()
  @PlainText(MAX_TEXT)
  reason?: string | null;
}

@ArgsType()
export class OwnershipTransfersArgs extends PageArgs {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @PlainText(MAX_TEXT)
  entity?: string | null;

  @Field(() => TransferStateEnum, { nullable: true })
  state?: TransferState | null;
}

@ArgsType()
export class ObligationsArgs {
  @Field(() => Int, { nullable: true, defaultValue: 100, description: "How many, 1 to 100." })
  first!: number;
}
