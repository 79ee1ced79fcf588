import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { connectionOf } from "../../platform/graphql/connection";
import { type Finding, FINDING_STATES, type FindingKind, type FindingSilence, type FindingState } from "../finding-model";
import type { ClassificationReport } from "../use-cases/classify-by-pattern";

export const FindingStateEnum = Object.fromEntries(FINDING_STATES.map((state) => [state, state])) as Record<FindingState, FindingState>;
registerEnumType(FindingStateEnum, { name: "FindingState", description: "ACCEPTED: taken as it is until a day. RESOLVED: no longer true; it stays on record." });

@ObjectType("Finding", { description: "Something in the register that wants attention." })
export class FindingType implements Finding {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  kind!: FindingKind;

  @Field(() => FindingStateEnum)
  state!: FindingState;

  @Field(() => ID, { description: "The entity, service, dataset or field that it is about." })
  subject!: string;

  @Field(() => String)
  message!: string;

  @Field(() => Date, { description: "When the register found it." })
  since!: Date;

  @Field(() => Date, { nullable: true, description: "When the register found that it is no longer true." })
  resolvedAt!: Date | null;

  @Field(() => String, { nullable: true, description: "Who took it as it is; stays on record when that is over." })
  acceptedBy!: string | null;

  @Field(() => String, { nullable: true })
  acceptedReason!: string | null;

  @Field(() => Date, { nullable: true, description: "From then on it is open again." })
  acceptedUntil!: Date | null;

  @Field(() => Boolean, { description: "A guess, not a fact." })
  suggestion!: boolean;

  @Field(() => String, { nullable: true, description: "The data category that a suggestion suggests." })
  suggestedCategory!: string | null;

  @Field(() => ID, { nullable: true, description: "The rule that keeps it out of lists." })
  silencedBy!: string | null;
}

export const FindingConnection = connectionOf(FindingType, "Finding");

@ObjectType("FindingSilence", { description: "A rule that keeps findings of a kind out of lists. They stay on record, and are resolved as ever." })
export class FindingSilenceType implements FindingSilence {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  kind!: FindingKind;

  @Field(() => String, { description: "Of their subjects; * stands for any characters." })
  subjectPattern!: string;

  @Field(() => String)
  reason!: string;

  @Field(() => String)
  createdBy!: string;

  @Field(() => Date)
  createdAt!: Date;

  @Field(() => Date, { nullable: true })
  expiresAt!: Date | null;

  @Field(() => String, { nullable: true, description: "Null where it expired." })
  endedBy!: string | null;

  @Field(() => Date, { nullable: true, description: "Null while it is in force." })
  endedAt!: Date | null;
}

@ObjectType("ClassificationReport", { description: "What a bulk classification changed, or would change." })
export class ClassificationReportType implements ClassificationReport {
  @Field(() => Int)
  fields!: number;

  @Field(() => Int)
  datasets!: number;

  @Field(() => [String], { description: "A line for each field, 1,000 at most: `dataset:…#email: unclassified → user.contact.email`." })
  changes!: readonly string[];
}

export const FindingSilenceConnection = connectionOf(FindingSilenceType, "FindingSilence");
