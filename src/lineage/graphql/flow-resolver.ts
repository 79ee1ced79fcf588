import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import type { Flow } from "../flow-ids";
import { declareLineage } from "../use-cases/declare-lineage";
import { retireLineage } from "../use-cases/retire-lineage";
import { DeclareLineageInput, RetireLineageInput } from "./flow-inputs";
import { FlowType } from "./flow-types";

@Resolver()
export class FlowResolver {
  @Mutation(() => FlowType, { description: "Data flows this way from now on, by somebody's word." })
  @Requires("lineage:declare-lineage")
  declareLineage(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => DeclareLineageInput) input: DeclareLineageInput): Promise<Flow> {
    return declareLineage(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => FlowType, { description: "Takes flows out of the picture from now on; custody keeps them. Of a job it answers the newest flow." })
  @Requires("lineage:retire-lineage")
  retireLineage(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => RetireLineageInput) input: RetireLineageInput): Promise<Flow> {
    return retireLineage(deps, { ...input, actor: caller.principal });
  }
}
