import { IsOptional } from "class-validator";
import { ArgsType, Field, ID, InputType } from "type-graphql";
import { PageArgs } from "../../platform/graphql/connection";
import { PlainText } from "../../platform/graphql/plain-text";
import { MAX_ID_LENGTH } from "../../platform/graphql/shared-inputs";
import { FINDING_KINDS, findingKinds, type FindingState } from "../finding-model";
import { entityKeyOf, serviceKeyOf } from "../public-ids";
import type { FindingFilter } from "../storage/finding-queries";
import { FindingStateEnum } from "./finding-types";

@ArgsType()
export class OwnershipFindingsArgs extends PageArgs {
  @Field(() => [String], { nullable: true, description: `Of ${FINDING_KINDS.join(", ")}; all of them by default.` })
  kind?: string[] | null;

  @Field(() => FindingStateEnum, { nullable: true, description: "Without it: all but RESOLVED." })
  state?: FindingState | null;

  @Field(() => Boolean, { defaultValue: false, description: "Those too that a rule silences. Resolved ones are listed either way." })
  includeSilenced!: boolean;

  @Field(() => ID, { nullable: true, description: "The entity, service, dataset or field that it is about." })
  @IsOptional()
  @PlainText(MAX_ID_LENGTH)
  subject?: string | null;

  @Field(() => ID, { nullable: true, description: "Of a service and of the datasets that it hosts." })
  @IsOptional()
  @PlainText(MAX_ID_LENGTH)
  service?: string | null;

  @Field(() => ID, { nullable: true, description: "Of an entity and of the datasets that embody it." })
  @IsOptional()
  @PlainText(MAX_ID_LENGTH)
  entity?: string | null;
}

/** Refuses (BAD_USER_INPUT) a kind of finding that there is not. */
export const findingFilterOf = ({ kind, state, includeSilenced, subject, service, entity }: OwnershipFindingsArgs): FindingFilter => ({
  kinds: findingKinds(kind),
  state,
  includeSilenced,
  subject,
  serviceKey: service ? serviceKeyOf(service) : null,
  entityKey: entity ? entityKeyOf(entity) : null,
});

@InputType("DecideFindingInput")
export class DecideFindingInput {
  @Field(() => ID)
  @PlainText(MAX_ID_LENGTH)
  id!: string;

  @Field(() => FindingStateEnum, { description: "ACCEPTED takes it as it is, OPEN takes that back. The register alone resolves it." })
  state!: FindingState;

  @Field(() => String, { nullable: true, description: "Mandatory with ACCEPTED." })
  reason?: string | null;

  @Field(() => Date, { nullable: true, description: "Mandatory with ACCEPTED: from then on it is open again; at most 366 days away." })
  expiresAt?: Date | null;
}

@InputType("SilenceFindingsInput")
export class SilenceFindingsInput {
  @Field(() => String)
  kind!: string;

  @Field(() => String, { description: "Of the findings' subjects, such as `dataset:kafka*`; * stands for any characters." })
  subjectPattern!: string;

  @Field(() => String)
  reason!: string;

  @Field(() => Date, { nullable: true, description: "Without it: until somebody ends it." })
  expiresAt?: Date | null;
}

@InputType("ClassifyByPatternInput")
export class ClassifyByPatternInput {
  @Field(() => String, { description: "Of the field's name, in any case; * stands for any characters." })
  fieldPattern!: string;

  @Field(() => String, { nullable: true, description: "Of the field's type, likewise." })
  typePattern?: string | null;

  @Field(() => String, { nullable: true })
  namespacePrefix?: string | null;

  @Field(() => String, { nullable: true, description: "Of the dataset's name, in any case." })
  namePrefix?: string | null;

  @Field(() => ID, { nullable: true, description: "That hosts the dataset." })
  service?: string | null;

  @Field(() => [String], { description: "fideslang keys; []: declares the fields not personal." })
  categories!: string[];

  @Field(() => Boolean, { defaultValue: true, description: "Leave what is classified as it is." })
  onlyUnclassified!: boolean;

  @Field(() => Boolean, { defaultValue: true, description: "Only tell what would change." })
  dryRun!: boolean;
}
