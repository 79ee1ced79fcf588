import { Args, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import { AccessReportType } from "../../audit/graphql/access-report-types";
import type { Page } from "../../platform/database/keyset";
import { PageArgs } from "../../platform/graphql/connection";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import type { Service } from "../model";
import type { ServiceReporting } from "../reporting-model";
import { readReporting } from "../use-cases/read-reporting";
import { serviceLoader } from "./catalog-loaders";
import { ServiceType } from "./catalog-types";
import { ReportingArgs, ServiceReportingConnection, ServiceReportingType } from "./reporting-types";

@Resolver(() => ServiceReportingType)
export class ReportingResolver {
  @Query(() => ServiceReportingConnection, { description: "Who reports data accesses, and which services never did: silence is not absence of access. By reporter." })
  @Requires("audit:reporting-coverage")
  reportingCoverage(@Ctx() { deps }: RequestContext, @Args(() => ReportingArgs) { from, to, ...page }: ReportingArgs): Promise<Page<ServiceReporting>> {
    return readReporting(deps.db, { from, to }, page);
  }

  @FieldResolver(() => ServiceType, { nullable: true, description: "Null where the reporter is no registered service." })
  service(@Root() { serviceKey }: ServiceReporting, @Ctx() context: RequestContext): Promise<Service | undefined> | null {
    return serviceKey === null ? null : context.loader(serviceLoader).load(serviceKey);
  }
}

@Resolver(() => AccessReportType)
export class AccessReportReportingResolver {
  @FieldResolver(() => ServiceReportingConnection, { description: "Who reported in the period, and which services never did. By reporter." })
  reporting(@Root() { from, to }: AccessReportType, @Ctx() { deps }: RequestContext, @Args(() => PageArgs) page: PageArgs): Promise<Page<ServiceReporting>> {
    return readReporting(deps.db, { from, to }, page);
  }
}
