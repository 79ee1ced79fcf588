import { decodeTimeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import type { Reader } from "../../platform/database/sql";
import { isUuid } from "../../platform/ids";
import type { AccessToken } from "../model";

const COLUMNS = `t.id, t.principal, t.roles, t.service_key as service, t.created_at as "createdAt", t.expires_at as "expiresAt",
  t.revoked_at as "revokedAt", t.last_used_at as "lastUsedAt"`;

export async function findTokenByHash(reader: Reader, hash: Buffer): Promise<AccessToken | undefined> {
  const [token] = await reader.query<AccessToken>("findTokenByHash", `select ${COLUMNS} from tokens t where t.token_hash = $1`, [hash]);
  return token;
}

export async function findToken(reader: Reader, id: string): Promise<AccessToken | undefined> {
  if (!isUuid(id)) return undefined;
  const [token] = await reader.query<AccessToken>("findToken", `select ${COLUMNS} from tokens t where t.id = $1`, [id]);
  return token;
}

/** All tokens ever made, newest first. */
export async function listTokens(reader: Reader, page: PageRequest): Promise<Page<AccessToken>> {
  const after = decodeTimeCursor(page.after);
  const tokens = await reader.query<AccessToken>(
    "listTokens",
    `select ${COLUMNS} from tokens t where $1::timestamptz is null or (t.created_at, t.id) < ($1, $2)
     order by t.created_at desc, t.id desc limit $3`,
    [after?.at, after?.id, page.first + 1],
  );
  return toPage(tokens, page.first, (token) => [token.createdAt.toISOString(), token.id]);
}
