import { type EntryProof, proveEntries } from "../../audit";
import { addPeriod } from "../../platform/calendar";
import type { Deps } from "../../platform/deps";
import { attachProof } from "../../protocol";
import { listUnprovenCertificates, storeProvenFile, type UnprovenCertificate } from "../storage/certificate-store";

const BATCH = 64;
/** A proof is attached once, so it waits a while for the witnesses. */
const WITNESSES_WITHIN = "PT1M";

/**
 * Puts the proof that its entry stands in the audit log into the file of each certificate whose entry a checkpoint covers; where witnesses are asked,
 * a cosigned one, unless none comes within a minute. Answers how many. Writes the files, each once, and no entry: nothing new is stated.
 */
export async function attachCertificateProofs(deps: Deps): Promise<number> {
  const waiting = await listUnprovenCertificates(deps.db, BATCH);
  if (waiting.length === 0) return 0;
  const proofs = await proveEntries(deps.db, waiting.map(({ entryId }) => entryId));
  let attached = 0;
  for (const certificate of waiting) {
    const proof = proofs.get(certificate.entryId);
    if (proof === undefined || awaitsWitnesses(deps, certificate, proof)) continue;
    const file = attachProof(certificate.file, proof.text);
    if (await deps.transaction((tx) => storeProvenFile(tx, certificate.id, file))) attached += 1;
  }
  return attached;
}

const awaitsWitnesses = ({ clock, config }: Deps, { issuedAt }: UnprovenCertificate, { isCosigned }: EntryProof): boolean =>
  config.witnesses.length > 0 && !isCosigned && clock.now() < addPeriod(issuedAt, WITNESSES_WITHIN);
