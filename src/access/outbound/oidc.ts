import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from "jose";

export interface OidcIssuer {
  readonly issuer: string;
  readonly audience: string;
}

const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];
const DISCOVERY_TIMEOUT_MS = 5_000;
/** The issuer is out of reach or broken: no fault of the token. */
const ISSUER_FAULTS = new Set(["ERR_JOSE_GENERIC", "ERR_JWKS_INVALID", "ERR_JWKS_TIMEOUT"]);

const keySets = new Map<string, Promise<JWTVerifyGetKey>>();

/**
 * Claims of a JWT signed by the issuer, meant for us, valid at `now`, with a subject and an end; undefined for any other token.
 * Throws if the issuer's keys cannot be had.
 */
export async function verifyJwt({ issuer, audience }: OidcIssuer, token: string, now: Date): Promise<JWTPayload | undefined> {
  const keys = await keysOf(issuer);
  try {
    const options = { issuer, audience, algorithms: ALGORITHMS, currentDate: now, requiredClaims: ["sub", "exp"] };
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError && !ISSUER_FAULTS.has(error.code)) return undefined;
    throw error;
  }
}

/** The issuer's key set, which refreshes itself; looked up once, and again after a failure. */
function keysOf(issuer: string): Promise<JWTVerifyGetKey> {
  const known = keySets.get(issuer);
  if (known !== undefined) return known;
  const found = discoverKeys(issuer);
  keySets.set(issuer, found);
  found.catch(() => keySets.delete(issuer));
  return found;
}

/** OpenID Connect Discovery 1.0, section 4. */
async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`CADASTRE_OIDC_ISSUER: its discovery document answers HTTP ${response.status}`);
  const document = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (document.issuer !== issuer || typeof document.jwks_uri !== "string") {
    throw new Error("CADASTRE_OIDC_ISSUER: its discovery document names another issuer or no jwks_uri");
  }
  return createRemoteJWKSet(new URL(document.jwks_uri));
}
