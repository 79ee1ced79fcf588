import { IsOptional } from "class-validator";
import { Field, ID, InputType, registerEnumType } from "type-graphql";
import { PlainText } from "../../platform/graphql/plain-text";
import { MAX_ID_LENGTH } from "../../platform/graphql/shared-inputs";
import { DISPOSAL_KINDS, type DisposalKind } from "../model";

const MAX_EVIDENCE_LENGTH = 2048;

const DisposalKindEnum = Object.fromEntries(DISPOSAL_KINDS.map((kind) => [kind, kind])) as Record<DisposalKind, DisposalKind>;
registerEnumType(DisposalKindEnum, { name: "DisposalKind", description: "REBUILT: written anew from its sources, nothing of its former content left." });

@InputType("RecordDisposalInput")
export class RecordDisposalInput {
  @Field(() => ID)
  @PlainText(MAX_ID_LENGTH)
  dataset!: string;

  @Field(() => DisposalKindEnum)
  kind!: DisposalKind;

  @Field(() => Date, { description: "When nothing of its former content was left. Not in the future." })
  at!: Date;

  @Field(() => String, { nullable: true, description: "What shows it: a ticket, a statement, a log line. No personal data." })
  @IsOptional()
  @PlainText(MAX_EVIDENCE_LENGTH)
  evidence?: string | null;
}
