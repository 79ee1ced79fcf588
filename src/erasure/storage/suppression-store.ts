import type { Reader, Tx } from "../../platform/database/sql";

export interface SuppressedIdentifier {
  readonly type: string;
  readonly blindIndex: Buffer;
}

/** Enters a person's identifiers in the ledger: data of theirs collected up to `erasedThrough` must not come back. */
export async function insertSuppressions(tx: Tx, requestId: string, identifiers: readonly SuppressedIdentifier[], erasedThrough: Date): Promise<void> {
  await tx.execute(
    "insertSuppressions",
    `insert into suppressions (request_id, identifier_type, blind_index, erased_through)
     select $1, i.type, i.blind_index, $4 from unnest($2::text[], $3::bytea[]) as i(type, blind_index)
     on conflict do nothing`,
    [requestId, identifiers.map((identifier) => identifier.type), identifiers.map((identifier) => identifier.blindIndex), erasedThrough],
  );
}

/** Takes a request's entries out of force: it was cancelled before anything of the person was erased. */
export async function liftSuppressions(tx: Tx, requestId: string): Promise<void> {
  await tx.execute("liftSuppressions", "update suppressions set lifted_at = $2 where request_id = $1 and lifted_at is null", [requestId, tx.now]);
}

/** True if any of the identifiers is suppressed for data collected at that time, in the whole organisation or in this scope. */
export async function existsSuppression(
  reader: Reader,
  identifiers: readonly SuppressedIdentifier[],
  collectedAt: Date,
  scope: string | null,
): Promise<boolean> {
  const rows = await reader.query<{ found: boolean }>(
    "existsSuppression",
    `select exists (
       select from suppressions s join unnest($1::text[], $2::bytea[]) as i(type, blind_index)
         on s.blind_index = i.blind_index and s.identifier_type = i.type
       where s.lifted_at is null and s.erased_through >= $3 and (s.scope is null or s.scope = $4)) as found`,
    [identifiers.map((identifier) => identifier.type), identifiers.map((identifier) => identifier.blindIndex), collectedAt, scope],
  );
  return rows[0]?.found ?? false;
}

/** Whether the run of this request entered the identifier in the ledger. */
export async function isSuppressedBy(reader: Reader, requestId: string, { type, blindIndex }: SuppressedIdentifier): Promise<boolean> {
  const rows = await reader.query(
    "isSuppressedBy",
    "select from suppressions s where s.request_id = $1 and s.identifier_type = $2 and s.blind_index = $3",
    [requestId, type, blindIndex],
  );
  return rows.length > 0;
}
