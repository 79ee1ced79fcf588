import { Arg, Args, Ctx, Query, Resolver } from "type-graphql";
import { PageArgs } from "../../platform/graphql/connection";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import { type AccessReport, readAccessReport } from "../use-cases/read-access-report";
import { AccessReportInput, AccessReportType } from "./access-report-types";

@Resolver()
export class AccessReportResolver {
  @Query(() => AccessReportType, { description: "For the answer to a person who asks (GDPR Art. 15). Reading it is an entry about that person." })
  @Requires("audit:access-report")
  accessReport(
    @Ctx() { deps, caller }: RequestContext,
    @Arg("input", () => AccessReportInput) input: AccessReportInput,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<AccessReport> {
    return readAccessReport(deps, { actor: caller.principal, ...input, first: page.first, after: page.after });
  }
}
