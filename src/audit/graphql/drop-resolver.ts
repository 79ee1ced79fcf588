import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import { type DroppedAuditEntries, dropAuditEntries } from "../use-cases/drop-audit-entries";
import { DropAuditEntriesInput, DroppedAuditEntriesType } from "./drop-types";

@Resolver()
export class DropResolver {
  @Mutation(() => DroppedAuditEntriesType, {
    description: "Deletes old entries of the audit log, except those that say what was dropped, recovered or erased. Every proof made before still verifies.",
  })
  @Requires("audit:drop-audit-entries")
  dropAuditEntries(
    @Ctx() { deps, caller }: RequestContext,
    @Arg("input", () => DropAuditEntriesInput) { before }: DropAuditEntriesInput,
  ): Promise<DroppedAuditEntries> {
    return dropAuditEntries(deps, { actor: caller.principal, before });
  }
}
