import { Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import type { PersonalDataFlow } from "../use-cases/draw-personal-data";
import { type Impact, readImpact } from "../use-cases/read-impact";
import { readPersonalDataFlow } from "../use-cases/read-personal-data-flow";
import { ImpactArgs, PersonalDataFlowArgs } from "./custody-inputs";
import { ImpactType } from "./impact-types";
import { LineageGraphType } from "./lineage-types";

@Resolver(() => LineageGraphType)
export class ReachResolver {
  @Query(() => ImpactType, { description: "Every dataset, entity, service and team downstream, as flows hold now." })
  @Requires("lineage:impact")
  impact(@Ctx() { deps }: RequestContext, @Args(() => ImpactArgs) { of, first }: ImpactArgs): Promise<Impact> {
    return readImpact(deps.db, of, first);
  }

  @Query(() => LineageGraphType, {
    description: "Where personal data go now: from field to field where it is told so, else to whole datasets; not beyond what is masked or attested anonymous.",
  })
  @Requires("lineage:personal-data-flow")
  personalDataFlow(@Ctx() { deps }: RequestContext, @Args(() => PersonalDataFlowArgs) { from, category, first }: PersonalDataFlowArgs): Promise<PersonalDataFlow> {
    return readPersonalDataFlow(deps.db, from, category ?? null, first);
  }

  @FieldResolver(() => [ID], { description: "Of `personalDataFlow`: services outside the company (PROCESSOR or RECIPIENT of any entity) that host what was reached." })
  leaving(@Root() graph: Partial<PersonalDataFlow>): readonly string[] {
    return graph.leaving ?? [];
  }
}
