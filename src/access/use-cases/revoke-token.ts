import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { notFound } from "../../platform/errors";
import { callerCacheOf } from "../caller-cache";
import type { AccessToken } from "../model";
import { findToken } from "../storage/token-queries";
import { markTokenRevoked } from "../storage/token-store";

export interface RevokeToken {
  readonly id: string;
  readonly actor: string;
}

/** Ends a token at once; revoking it again changes nothing. Refuses (NOT_FOUND) an unknown id. Writes tokens and an audit entry. */
export async function revokeToken(deps: Deps, { id, actor }: RevokeToken): Promise<AccessToken> {
  return deps.transaction(async (tx) => {
    const revoked = await markTokenRevoked(tx, id);
    const token = await findToken(tx, id);
    if (token === undefined) throw notFound("id: there is no such token; `tokens` lists them");
    if (revoked) {
      await appendAuditEntry(tx, { action: "access.revoke-token", actor, object: id });
      tx.afterCommit(() => callerCacheOf(deps.db).forgetAll());
    }
    return token;
  });
}
