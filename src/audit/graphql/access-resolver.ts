import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import { recordAccess, type RecordAccessReport } from "../use-cases/record-access";
import { RecordAccessInput } from "./access-inputs";
import { RecordAccessReportType } from "./access-types";

@Resolver()
export class AccessEventResolver {
  @Mutation(() => RecordAccessReportType, { description: "Takes the accesses that a service reports, each by itself; they are durable when this is answered." })
  @Requires("audit:record-access")
  recordAccess(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => RecordAccessInput) input: RecordAccessInput): Promise<RecordAccessReport> {
    return recordAccess(deps, { caller, events: input.events });
  }
}
