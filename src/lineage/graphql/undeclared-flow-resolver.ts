import { Args, Ctx, Query, Resolver } from "type-graphql";
import { checkPage, type Page } from "../../platform/database/keyset";
import { connectionOf } from "../../platform/graphql/connection";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import type { Flow } from "../flow-ids";
import { listUndeclared } from "../use-cases/list-undeclared";
import { UndeclaredFlowsArgs } from "./custody-inputs";
import { FlowType } from "./flow-types";

const FlowConnection = connectionOf(FlowType, "Flow");

@Resolver()
export class UndeclaredFlowResolver {
  @Query(() => FlowConnection, { description: "Observed reads and writes for which the service holds no role now, the oldest first." })
  @Requires("lineage:undeclared-flows")
  undeclaredFlows(@Ctx() { deps }: RequestContext, @Args(() => UndeclaredFlowsArgs) { service, ...page }: UndeclaredFlowsArgs): Promise<Page<Flow>> {
    checkPage(page);
    return listUndeclared(deps.db, service ?? null, page);
  }
}
