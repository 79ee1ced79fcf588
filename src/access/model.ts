import { badInput } from "../platform/errors";
import { isRole, ROLES } from "./permissions-model";

/** A bearer token without its secret, which nobody keeps. */
export interface AccessToken {
  readonly id: string;
  readonly principal: string;
  readonly roles: readonly string[];
  /** Key of the service that it speaks for. */
  readonly service: string | null;
  readonly createdAt: Date;
  /** Null: until it is revoked. */
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** To the hour. */
  readonly lastUsedAt: Date | null;
}

/** The one moment at which the secret is known. */
export interface CreatedToken extends AccessToken {
  readonly token: string;
}

export const BOOTSTRAP_PRINCIPAL = "bootstrap";

/** Who a caller is, in approvals and in the audit log. */
// Invisible characters would let one person pass for two, and approve what they submitted.
const PRINCIPAL = /^[^\p{Cc}\p{Cf}\p{Surrogate}]{1,255}$/u;
export const isPrincipal = (text: string): boolean => PRINCIPAL.test(text);

const SERVICE_KEY = /^[a-z0-9][a-z0-9._-]{0,127}$/;

/**
 * Refuses (BAD_USER_INPUT) a malformed principal, no roles or unknown ones, a malformed service key, the role service without a service,
 * an expiry that has passed.
 */
export function checkNewToken(token: Pick<AccessToken, "principal" | "roles" | "service" | "expiresAt">, now: Date): void {
  if (!isPrincipal(token.principal)) throw badInput("principal: expected 1 to 255 characters without control or invisible characters");
  if (token.roles.length === 0 || !token.roles.every(isRole)) throw badInput(`roles: expected one or more of ${ROLES.join(", ")}`);
  if (token.service !== null && !SERVICE_KEY.test(token.service)) throw badInput("service: expected the key of a service, such as orders");
  if (token.service === null && token.roles.includes("service")) throw badInput("service: the role service needs the key of the service");
  if (token.expiresAt !== null && token.expiresAt <= now) throw badInput("expiresAt: must lie in the future");
}

export const isUsable = (token: AccessToken, now: Date): boolean =>
  token.revokedAt === null && (token.expiresAt === null || token.expiresAt > now);

const USE_IS_NOTED_EVERY_MS = 3_600_000;

/** `lastUsedAt` is coarse, because a write for each request would cost more than it tells. */
export const isUseWorthNoting = (token: AccessToken, now: Date): boolean =>
  token.lastUsedAt === null || now.getTime() - token.lastUsedAt.getTime() >= USE_IS_NOTED_EVERY_MS;
