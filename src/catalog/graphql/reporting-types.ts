import { ArgsType, Field, Float, Int, ObjectType } from "type-graphql";
import { connectionOf, PageArgs } from "../../platform/graphql/connection";
import type { ServiceReporting } from "../reporting-model";

@ArgsType()
export class ReportingArgs extends PageArgs {
  @Field(() => Date, { description: "Inclusive. Whole days (UTC) are counted." })
  from!: Date;

  @Field(() => Date, { description: "Exclusive." })
  to!: Date;
}

@ObjectType("ServiceReporting", { description: "What one reporter has said of data accesses in a period." })
export class ServiceReportingType implements Partial<ServiceReporting> {
  @Field(() => String, { description: "`service:<key>`, or the principal of a token that is no service's." })
  reporter!: string;

  @Field(() => Int, { description: "How many datasets the service hosts." })
  datasets!: number;

  @Field(() => Float, { description: "Accesses." })
  allowed!: number;

  @Field(() => Float, { description: "Attempts that were turned away." })
  denied!: number;

  @Field(() => Float, { description: "Of both, those of which no purpose was stated." })
  withoutPurpose!: number;

  @Field(() => Date, { nullable: true, description: "The last access; null where none was reported." })
  lastAt!: Date | null;

  @Field(() => Boolean, { description: "It reported nothing: which is not to say that there was no access." })
  silent!: boolean;
}

export const ServiceReportingConnection = connectionOf(ServiceReportingType, "ServiceReporting");
