import type { Tx } from "../../platform/database/sql";

/** What an entity's owner still owes, whoever that is: of a kind, and to an object of the room above that says so. */
export interface ObligationObject {
  readonly kind: string;
  /** Id of the object, an erasure request for one; never personal data. */
  readonly object: string;
}

/**
 * Says of each entity that the object is owed something there. Open already: nothing is written. Writes obligations, one statement however
 * many entities there are; the audit entry is that of the caller's verb.
 */
async function openObligation(tx: Tx, { entityKeys, kind, object }: ObligationObject & { readonly entityKeys: readonly string[] }): Promise<void> {
  const keys = [...new Set(entityKeys)];
  if (keys.length === 0) return;
  await tx.execute(
    "openObligation",
    `insert into obligations (id, entity_key, kind, object, opened_at)
     select opened.id, opened.entity_key, $3, $4, $5 from unnest($1::uuid[], $2::text[]) as opened (id, entity_key)
     order by opened.entity_key
     on conflict (entity_key, kind, object) where closed_at is null do nothing`,
    [keys.map(() => tx.ids.uuid()), keys, kind, object, tx.now],
  );
}

/** Says that nothing is owed to the object any more, at any entity. Nothing open: nothing is written. Writes obligations, no audit entry. */
async function closeObligation(tx: Tx, { kind, object }: ObligationObject): Promise<void> {
  await tx.execute(
    "closeObligation",
    // Recorded by another clock than the one that opened it, an obligation could end before it began.
    "update obligations set closed_at = greatest(opened_at, $3) where kind = $1 and object = $2 and closed_at is null",
    [kind, object, tx.now],
  );
}

/** What the owner of an entity still owes; the rooms above open and close it in their transactions. */
export const obligations = { open: openObligation, close: closeObligation } as const;
