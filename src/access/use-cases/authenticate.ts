import type { Caller, Deps } from "../../platform/deps";
import { Refusal } from "../../platform/errors";
import { callerCacheOf } from "../caller-cache";
import { isPrincipal, isUsable, isUseWorthNoting } from "../model";
import { verifyJwt } from "../outbound/oidc";
import { permissionsOf } from "../permissions-model";
import { findTokenByHash } from "../storage/token-queries";
import { markTokenUsed } from "../storage/token-store";
import { hashOf } from "../token-secret";

interface Authenticated {
  readonly caller: Caller;
  readonly expiresAt: Date | null;
}

/**
 * Tells who is asking, by an `Authorization: Bearer` header with a token of ours or a JWT of the configured issuer.
 * Refuses (UNAUTHENTICATED) anything else. A revocation elsewhere takes effect within two seconds, here at once.
 * Writes at most once an hour for a token: when it was last used.
 */
export async function authenticate(deps: Deps, authorization: string | undefined): Promise<Caller> {
  const secret = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  if (secret === undefined) throw unauthenticated("send a token as `Authorization: Bearer …`");
  const hash = hashOf(secret);
  const cache = callerCacheOf(deps.db);
  const key = hash.toString("base64");
  const known = cache.find(key, deps.clock.now());
  if (known !== undefined) return known;

  const found = (await byToken(deps, hash)) ?? (await byJwt(deps, secret));
  if (found === undefined) throw unauthenticated("the token is unknown, expired or revoked");
  cache.remember(key, found.caller, found.expiresAt);
  return found.caller;
}

async function byToken(deps: Deps, hash: Buffer): Promise<Authenticated | undefined> {
  const token = await findTokenByHash(deps.db, hash);
  const now = deps.clock.now();
  if (token === undefined || !isUsable(token, now)) return undefined;
  if (isUseWorthNoting(token, now)) await deps.transaction((tx) => markTokenUsed(tx, token.id));
  const caller = { principal: token.principal, permissions: permissionsOf(token.roles), service: token.service ?? undefined, token: token.id };
  return { caller, expiresAt: token.expiresAt };
}

/** The principal is the subject; roles come from the claim `roles`. The role service is not taken: a JWT names no service. */
async function byJwt({ config, clock }: Deps, jwt: string): Promise<Authenticated | undefined> {
  if (config.oidc === undefined || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(jwt)) return undefined;
  const claims = await verifyJwt(config.oidc, jwt, clock.now());
  if (claims?.sub === undefined || claims.exp === undefined || !isPrincipal(claims.sub)) return undefined;
  const roles = Array.isArray(claims.roles) ? claims.roles.filter((role) => typeof role === "string" && role !== "service") : [];
  return { caller: { principal: claims.sub, permissions: permissionsOf(roles as string[]) }, expiresAt: new Date(claims.exp * 1000) };
}

const unauthenticated = (message: string): Refusal => new Refusal("UNAUTHENTICATED", message);
