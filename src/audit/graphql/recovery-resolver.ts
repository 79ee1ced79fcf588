import { Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import { type AuditRecovery, recoverAuditLog } from "../use-cases/recover-audit-log";
import { AuditRecoveryType } from "./recovery-types";

@Resolver()
export class RecoveryResolver {
  @Mutation(() => AuditRecoveryType, {
    description: "Records openly that the database does not go on from the high-water mark, and lets the signer go on from the database. PRECONDITION_FAILED where it does.",
  })
  @Requires("audit:recover-audit-log")
  recoverAuditLog(@Ctx() { deps, caller }: RequestContext): Promise<AuditRecovery> {
    return recoverAuditLog(deps, { actor: caller.principal });
  }
}
