import type { Deps } from "../../platform/deps";
import { BOOTSTRAP_PRINCIPAL } from "../model";
import { lockTokens } from "../storage/token-store";
import { newSecret } from "../token-secret";
import { newToken, storeToken } from "./create-token";

/**
 * Makes sure at start that somebody can enter: with CADASTRE_BOOTSTRAP_TOKEN if it is set, else with a fresh secret where no token exists,
 * which is returned to be printed once. Any number of processes may call it at once and again; a revoked bootstrap token stays revoked.
 * Writes tokens and an audit entry, once.
 */
export async function ensureBootstrapToken(deps: Deps): Promise<string | undefined> {
  const given = deps.config.bootstrapToken;
  return deps.transaction(async (tx) => {
    const { none } = await lockTokens(tx);
    if (given === undefined && !none) return undefined;
    const secret = given ?? newSecret(tx.ids);
    await storeToken(tx, newToken(tx, { principal: BOOTSTRAP_PRINCIPAL, roles: ["admin"] }), secret, BOOTSTRAP_PRINCIPAL);
    return given === undefined ? secret : undefined;
  });
}
