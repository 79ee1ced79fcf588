import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import type { AuditEntry } from "../model";
import { noteOf } from "../storage/log-queries";
import { proveLogConsistency } from "../use-cases/prove-consistency";
import { proveEntry } from "../use-cases/prove-entry";
import { readCheckpoint } from "../use-cases/read-checkpoint";
import { AuditEntryType } from "./audit-types";
import { proofLoader } from "./log-loaders";

@Resolver(() => AuditEntryType)
export class LogResolver {
  @Query(() => String, { description: "The log's newest checkpoint: a signed note (C2SP tlog-checkpoint), with the cosignatures of witnesses." })
  @Requires("audit:audit-checkpoint")
  async auditCheckpoint(@Ctx() { deps }: RequestContext): Promise<string> {
    return noteOf(await readCheckpoint(deps.db));
  }

  @Query(() => String, { description: "Proves that an entry stands in the log (`c2sp.org/tlog-proof@v1`), with its bytes for who may read entries. Waits some seconds for an entry that is new." })
  @Requires("audit:audit-proof")
  auditProof(@Ctx() { deps, caller }: RequestContext, @Arg("entry", () => ID) entry: string): Promise<string> {
    return proveEntry(deps, { entry, caller });
  }

  @Query(() => [String], { description: "Proves that the log of one size extends that of another: hashes in base64 (RFC 6962, section 2.1.2)." })
  @Requires("audit:audit-consistency")
  async auditConsistency(
    @Ctx() { deps }: RequestContext,
    @Arg("fromSize", () => Int) fromSize: number,
    @Arg("toSize", () => Int) toSize: number,
  ): Promise<string[]> {
    return (await proveLogConsistency(deps.db, { fromSize, toSize })).map((hash) => hash.toString("base64"));
  }

  @FieldResolver(() => String, { nullable: true, description: "Proves that the entry stands in the log, as `auditProof` does; null until a checkpoint covers it." })
  proof(@Ctx() context: RequestContext, @Root() { id }: AuditEntry): Promise<string | null> {
    return context.loader(proofLoader).load(id);
  }
}
