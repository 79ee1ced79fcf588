import { Args, Ctx, Query, Resolver } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import { type Custody, readCustody } from "../use-cases/read-custody";
import { CustodyArgs } from "./custody-inputs";
import { CustodyType } from "./custody-types";

@Resolver()
export class CustodyResolver {
  @Query(() => CustodyType, { description: "Every dataset that may still hold content of this, by every flow that was ever observed or declared." })
  @Requires("lineage:custody")
  custody(@Ctx() { deps }: RequestContext, @Args(() => CustodyArgs) { of, first }: CustodyArgs): Promise<Custody> {
    return readCustody(deps.db, of, first);
  }
}
