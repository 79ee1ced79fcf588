import { IsOptional, ValidateNested } from "class-validator";
import { ArgsType, Field, ID, InputType } from "type-graphql";
import { PageArgs } from "../../platform/graphql/connection";
import { PlainText } from "../../platform/graphql/plain-text";
import { MAX_ID_LENGTH } from "../../platform/graphql/shared-inputs";
import { FINDING_KINDS, type FindingKind } from "../finding-model";
import type { MatrixFilter } from "../matrix-model";
import { serviceKeyOf } from "../public-ids";
import { checkEach, oneOf, refusalOf } from "../text-model";

const MAX_TEXT = 512;

@InputType({ description: "Rows for which all members hold." })
export class OwnershipFilter {
  @Field(() => [ID], { nullable: true, description: "One of these services has a role." })
  @IsOptional()
  @PlainText(MAX_ID_LENGTH, { each: true })
  services?: string[] | null;

  @Field(() => [String], { nullable: true, description: "A service of one of these teams has a role." })
  @IsOptional()
  @PlainText(MAX_TEXT, { each: true })
  teams?: string[] | null;

  @Field(() => String, { nullable: true })
  @IsOptional()
  @PlainText(MAX_TEXT)
  domain?: string | null;

  @Field(() => String, { nullable: true, description: "Of a field of one of the entity's datasets; narrower categories count." })
  @IsOptional()
  @PlainText(MAX_TEXT)
  category?: string | null;

  @Field(() => Boolean, { nullable: true, description: "True: only rows with findings." })
  withFindings?: boolean | null;

  @Field(() => [String], { nullable: true, description: `Only rows with a finding of one of these kinds: ${FINDING_KINDS.join(", ")}.` })
  @IsOptional()
  @PlainText(MAX_TEXT, { each: true })
  findings?: string[] | null;
}

@ArgsType()
export class OwnershipMatrixArgs extends PageArgs {
  @Field(() => OwnershipFilter, { nullable: true })
  @ValidateNested()
  filter?: OwnershipFilter | null;

  @Field(() => Date, {
    nullable: true,
    description: "The instant in question; now by default. An entity belongs there until it was retired, and before its registration if something had a role towards it.",
  })
  asOf?: Date | null;

  @Field(() => Date, { nullable: true, description: "As it was known at that instant, with the entities registered and not retired by then; as it is known now by default." })
  knownAt?: Date | null;
}

/** Refuses (BAD_USER_INPUT) a kind of finding that there is not. */
export function matrixFilterOf({ services, teams, domain, category, withFindings, findings }: OwnershipFilter): MatrixFilter {
  const faults = checkEach(["filter", "findings"], findings, FINDING_KINDS.length, (kind) => oneOf(FINDING_KINDS, kind));
  if (faults.length > 0) throw refusalOf(faults);
  const kinds = (findings as FindingKind[] | null | undefined) ?? (withFindings ? FINDING_KINDS : null);
  return { serviceKeys: services?.map(serviceKeyOf), teams, domain, category, findings: kinds };
}
