import type { Tx } from "../../platform/database/sql";
import { isUuid } from "../../platform/ids";
import type { AccessToken } from "../model";

/** Writes a token; false, and nothing written, if its secret is known already. */
export async function insertToken(tx: Tx, token: AccessToken, hash: Buffer): Promise<boolean> {
  const inserted = await tx.execute(
    "insertToken",
    `insert into tokens (id, token_hash, principal, roles, service_key, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (token_hash) do nothing`,
    [token.id, hash, token.principal, token.roles, token.service, token.createdAt, token.expiresAt],
  );
  return inserted === 1;
}

/** Ends a token now; false if it was revoked before or is unknown. */
export async function markTokenRevoked(tx: Tx, id: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  const sql = "update tokens set revoked_at = $2 where id = $1 and revoked_at is null";
  return (await tx.execute("markTokenRevoked", sql, [id, tx.now])) === 1;
}

/** Notes that a token was used now; never moves the time back. */
export async function markTokenUsed(tx: Tx, id: string): Promise<void> {
  const sql = "update tokens set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2)";
  await tx.execute("markTokenUsed", sql, [id, tx.now]);
}

/** Lines up the processes that start at once, until this transaction ends; tells whether there is any token yet. */
export async function lockTokens(tx: Tx): Promise<{ none: boolean }> {
  await tx.query("lockTokens", "select pg_advisory_xact_lock(hashtextextended('cadastre.tokens', 0))");
  const rows = await tx.query("findAnyToken", "select from tokens limit 1");
  return { none: rows.length === 0 };
}
