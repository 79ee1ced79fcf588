import { keyIdsOf } from "../../platform/crypto/envelope";
import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { keyPlace } from "../places";
import { lockSubjectKeys, updateWrappedKeys } from "../storage/subject-store";

const BATCH = 1000;

/**
 * After a rotation of the key-encrypting key: wraps every subject's key under the current one, in batches, each its own transaction.
 * What was sealed under the subjects' keys stays as it is. Answers how many keys changed; where all are current, none.
 */
export async function rewrapSubjectKeys(deps: Deps): Promise<number> {
  let changed = 0;
  for (let after: string | null = null; ; ) {
    const batch = await deps.transaction((tx) => rewrapBatch(tx, after));
    changed += batch.changed;
    if (batch.last === undefined) return changed;
    after = batch.last;
  }
}

async function rewrapBatch(tx: Tx, after: string | null): Promise<{ changed: number; last: string | undefined }> {
  const keys = await lockSubjectKeys(tx, after, BATCH);
  const outdated = keys.filter(({ pid, wrappedKey }) => keyIdsOf(wrappedKey, keyPlace(pid)).kek !== tx.keyring.currentKek);
  await updateWrappedKeys(
    tx,
    outdated.map(({ pid, wrappedKey }) => {
      const place = keyPlace(pid);
      return { pid, wrappedKey: tx.keyring.wrapDataKey(tx.keyring.unwrapDataKey(wrappedKey, place), place) };
    }),
  );
  return { changed: outdated.length, last: keys.at(-1)?.pid };
}
