import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import { ConformanceReportType, EndpointType } from "../../catalog/graphql/catalog-types";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import type { EndpointCheck } from "../endpoint-check-model";
import { checkEndpoint } from "../use-cases/check-endpoint";
import { CheckEndpointInput } from "./dispatch-inputs";
import { endpointCheckLoader } from "./dispatch-loaders";

@Resolver(() => EndpointType)
export class EndpointResolver {
  @FieldResolver(() => ConformanceReportType, { nullable: true, description: "Null until it was checked at this address." })
  async lastCheck(@Root() { service, url }: EndpointType, @Ctx() context: RequestContext): Promise<EndpointCheck | null> {
    const check = await context.loader(endpointCheckLoader).load(service);
    return check?.endpointUrl === url ? check : null;
  }

  @Mutation(() => ConformanceReportType, { description: "Sends real signed orders about made-up people; may take four minutes." })
  @Requires("catalog:check-endpoint")
  checkEndpoint(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => CheckEndpointInput) input: CheckEndpointInput): Promise<EndpointCheck> {
    return checkEndpoint(deps, { ...input, actor: caller.principal });
  }
}
