import type { Deps } from "../../platform/deps";

/**
 * Makes sure that the keys file is the one under which this database was written: with another one, sealed identifiers could not be opened
 * and nobody would be found by blind index, so that everyone would seem absent. The first start remembers a digest under the key.
 * Throws where it does not fit. Writes: subject_key_proof, once.
 */
export async function requireOwnKeys(deps: Deps): Promise<void> {
  const digest = deps.keyring.blindIndex("cadastre", "subject-key-proof");
  const [proof] = await deps.transaction(async (tx) => {
    await tx.execute("insertSubjectKeyProof", "insert into subject_key_proof (digest) values ($1) on conflict do nothing", [digest]);
    return tx.query<{ digest: Buffer }>("findSubjectKeyProof", "select digest from subject_key_proof");
  });
  if (!proof?.digest.equals(digest)) {
    throw new Error(`The keys file ${deps.config.keysFile} does not belong to this database; put back the one that was in use (docs/operations.md)`);
  }
}
