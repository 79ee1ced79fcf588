import { Field, Int, ObjectType } from "type-graphql";
import { connectionOf } from "../../platform/graphql/connection";
import type { Coverage, CoverageDay, ServiceCoverage } from "../coverage-model";

@ObjectType("Coverage", { description: "How well erasure is proven: numbers of datasets, those in scope by the grade of their proofs." })
export class CoverageType implements Coverage {
  @Field(() => Int, { description: "All that are known. A retired one counts: a dropped line is not a dropped table." })
  total!: number;

  @Field(() => Int, { description: "Personal, unclassified or without a service, and not attested anonymous." })
  inScope!: number;

  @Field(() => Int)
  g0!: number;

  @Field(() => Int)
  g1!: number;

  @Field(() => Int)
  g2!: number;

  @Field(() => Int)
  g3!: number;

  @Field(() => Int)
  g4!: number;
}

@ObjectType("ServiceCoverage")
export class ServiceCoverageType implements Partial<ServiceCoverage> {
  @Field(() => CoverageType)
  coverage!: Coverage;
}

@ObjectType("CoverageDay", { description: "Coverage at the last look of a day." })
export class CoverageDayType implements CoverageDay {
  @Field(() => String, { description: "YYYY-MM-DD, in UTC." })
  day!: string;

  @Field(() => CoverageType)
  coverage!: Coverage;
}

export const ServiceCoverageConnection = connectionOf(ServiceCoverageType, "ServiceCoverage");
