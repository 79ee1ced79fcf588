import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import { type Custody, readCustody } from "../use-cases/read-custody";
import { recordDisposal } from "../use-cases/record-disposal";
import { CustodyType } from "./custody-types";
import { RecordDisposalInput } from "./disposal-inputs";

/** Who may declare the flows of every service may speak for every service; others only for the one whose token they have. */
const EDITORS = "lineage:declare-lineage";
const SHOWN = 1000;

@Resolver()
export class DisposalResolver {
  @Mutation(() => CustodyType, { description: "The only thing that ends custody of a dataset: of what came under the names that it has now. Answers where its content may still lie." })
  @Requires("lineage:record-disposal")
  async recordDisposal(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => RecordDisposalInput) input: RecordDisposalInput): Promise<Custody> {
    const speaksFor = caller.permissions.has(EDITORS) ? undefined : caller.service;
    const dataset = await recordDisposal(deps, { ...input, speaksFor, actor: caller.principal });
    return readCustody(deps.db, dataset, SHOWN);
  }
}
