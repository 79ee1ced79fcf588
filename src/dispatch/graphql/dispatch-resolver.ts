import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import type { Service } from "../../catalog";
import { ServiceType } from "../../catalog/graphql/catalog-types";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import { ReasonInput } from "../../platform/graphql/shared-inputs";
import { resumeService } from "../use-cases/resume-service";
import { stopService } from "../use-cases/stop-service";
import { stoppedLoader } from "./dispatch-loaders";

@Resolver(() => ServiceType)
export class DispatchResolver {
  @FieldResolver(() => Boolean, { description: "No orders go to it: an operator stopped it, or it answered 410." })
  stopped(@Root() { key }: Service, @Ctx() context: RequestContext): Promise<boolean> {
    return context.loader(stoppedLoader).load(key);
  }

  @Mutation(() => ServiceType, { description: "Emergency stop of all orders to one service." })
  @Requires("erasure:stop-service")
  stopService(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => ReasonInput) input: ReasonInput): Promise<Service> {
    return stopService(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => ServiceType, { description: "Ends a stop, an operator's or that of a 410." })
  @Requires("erasure:resume-service")
  resumeService(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => ReasonInput) input: ReasonInput): Promise<Service> {
    return resumeService(deps, { ...input, actor: caller.principal });
  }
}
