import { appendAuditEntry } from "../../audit";
import { addPeriod } from "../../platform/calendar";
import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { badInput } from "../../platform/errors";
import { type AccessToken, checkNewToken, type CreatedToken } from "../model";
import { insertToken } from "../storage/token-store";
import { hashOf, newSecret } from "../token-secret";

export interface CreateToken {
  readonly actor: string;
  readonly principal: string;
  readonly roles: readonly string[];
  /** Key of the service that the token speaks for. */
  readonly service?: string | null;
  /** One of both or neither; without them the token does not expire. */
  readonly expiresAt?: Date | null;
  /** ISO 8601 duration from now. */
  readonly expiresIn?: string | null;
}

/** Makes a bearer token and shows its secret this once. Refuses as `checkNewToken`. Writes tokens and an audit entry. */
export async function createToken(deps: Deps, command: CreateToken): Promise<CreatedToken> {
  return deps.transaction(async (tx) => {
    const token = newToken(tx, command);
    const secret = newSecret(tx.ids);
    await storeToken(tx, token, secret, command.actor);
    return { ...token, token: secret };
  });
}

/** The token of a command, checked. */
export function newToken(tx: Tx, { principal, roles, service, expiresAt, expiresIn }: Omit<CreateToken, "actor">): AccessToken {
  if (expiresAt && expiresIn) throw badInput("expiresAt, expiresIn: give one of them");
  const token: AccessToken = {
    id: tx.ids.uuid(),
    principal,
    roles: [...new Set(roles)],
    service: service ?? null,
    createdAt: tx.now,
    expiresAt: expiresIn ? addPeriod(tx.now, expiresIn) : (expiresAt ?? null),
    revokedAt: null,
    lastUsedAt: null,
  };
  checkNewToken(token, tx.now);
  return token;
}

/** Stores a token under the hash of its secret, with its audit entry; a secret known already changes nothing. */
export async function storeToken(tx: Tx, token: AccessToken, secret: string, actor: string): Promise<void> {
  const isNew = await insertToken(tx, token, hashOf(secret));
  if (isNew) await appendAuditEntry(tx, { action: "access.create-token", actor, object: token.id });
}
