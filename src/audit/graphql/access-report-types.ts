import { ArrayMaxSize, ArrayMinSize, ValidateNested } from "class-validator";
import { Field, ID, InputType, Int, ObjectType } from "type-graphql";
import { connectionOf } from "../../platform/graphql/connection";
import { DateTimeScalar } from "../../platform/graphql/scalars";
import { IdentifierInput } from "../../subjects/graphql/identifier-types";
import type { AccessSummary, AccessTotals } from "../report-model";
import type { AccessReport } from "../use-cases/read-access-report";

const MOST_IDENTIFIERS = 10;

@InputType()
export class AccessReportInput {
  @Field(() => [IdentifierInput], { description: "All that the person is known by: what was reported by one alone is not found by another." })
  @ValidateNested({ each: true })
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_IDENTIFIERS)
  identifiers!: IdentifierInput[];

  @Field(() => DateTimeScalar, { description: "Inclusive." })
  from!: Date;

  @Field(() => DateTimeScalar, { description: "Exclusive." })
  to!: Date;
}

@ObjectType("AccessSummary", { description: "Reported accesses of one actor to one dataset, for one purpose, on one legal basis, with one outcome." })
class AccessSummaryType implements AccessSummary {
  @Field(() => String, { description: "A pseudonym of the service that reported." })
  actor!: string;

  @Field(() => ID)
  dataset!: string;

  @Field(() => [String], { description: "All that were accessed." })
  fields!: readonly string[];

  @Field(() => String, { nullable: true, description: "Null or empty: none was stated." })
  purpose!: string | null;

  @Field(() => String, { nullable: true, description: "The legal basis; null or empty: none was stated." })
  basis!: string | null;

  @Field(() => String, { description: "`ok`, or `denied`: an attempt that was turned away." })
  outcome!: string;

  @Field(() => Int)
  count!: number;

  @Field(() => DateTimeScalar)
  firstAt!: Date;

  @Field(() => DateTimeScalar)
  lastAt!: Date;
}

@ObjectType("AccessTotals")
class AccessTotalsType implements AccessTotals {
  @Field(() => Int)
  allowed!: number;

  @Field(() => Int, { description: "Attempts that were turned away." })
  denied!: number;

  @Field(() => Int, { description: "Allowed, and no purpose was stated." })
  withoutPurpose!: number;

  @Field(() => Int, { description: "Allowed, and no legal basis was stated." })
  withoutBasis!: number;

  @Field(() => Int)
  actors!: number;

  @Field(() => Int)
  datasets!: number;
}

const AccessSummaryConnection = connectionOf(AccessSummaryType, "AccessSummary");

@ObjectType("AccessReport", { description: "Who accessed a person's data in a period, as far as services report it: what no service reports is not in it." })
export class AccessReportType implements AccessReport {
  @Field(() => DateTimeScalar)
  from!: Date;

  @Field(() => DateTimeScalar)
  to!: Date;

  @Field(() => AccessTotalsType)
  totals!: AccessTotals;

  @Field(() => AccessSummaryConnection, { description: "Whose last access is the newest comes first." })
  accesses!: AccessReport["accesses"];
}
