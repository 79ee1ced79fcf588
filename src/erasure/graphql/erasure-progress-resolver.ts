import { Arg, ID, Resolver, Root, Subscription } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import type { ErasureRequest } from "../storage/erasure-queries";
import { watchErasureRequest } from "../use-cases/watch-erasure-request";
import { ErasureRequestType } from "./erasure-types";

interface Subscribed {
  readonly args: Record<string, unknown>;
  readonly context: RequestContext;
}

@Resolver()
export class ErasureProgressResolver {
  @Subscription(() => ErasureRequestType, {
    description: "The request as it is now, then again whenever something about it has changed; ends with the request.",
    subscribe: ({ args, context }: Subscribed) => watchErasureRequest(context.deps, args.id as string),
  })
  @Requires("erasure:erasure-request-progress")
  erasureRequestProgress(@Root() request: ErasureRequest, @Arg("id", () => ID) _id: string): ErasureRequest {
    return request;
  }
}
