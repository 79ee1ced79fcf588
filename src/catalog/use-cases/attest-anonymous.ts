import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { forbidden } from "../../platform/errors";
import { attestationFaults, type AttestationInput } from "../attestation-model";
import type { Dataset } from "../model";
import { endAttestations, insertAttestation } from "../storage/attestation-store";
import { refusalOf } from "../text-model";
import { lockAttestedDataset } from "./attested-dataset";

export interface AttestAnonymous extends AttestationInput {
  readonly actor: string;
  /** Key of the service that speaks for itself; null: none, who may speak for no dataset; undefined: an editor, who may speak for every service. */
  readonly speaksFor: string | null | undefined;
  /** `dataset:<namespace>:<name>` */
  readonly dataset: string;
}

/**
 * Proposes that a dataset is anonymous; without effect until another principal confirms it (`confirmAttestation`). An earlier proposal ends,
 * what is in force stays. Refuses (BAD_USER_INPUT) a method that makes pseudonyms (GDPR recital 26) and an expiry that has passed or is
 * more than two years away, (NOT_FOUND) an unknown dataset, (FORBIDDEN) a service that does not host it. A no-op where the same principal
 * has proposed the same. Writes: attestations, one audit entry.
 */
export async function attestAnonymous(deps: Deps, { actor, speaksFor, dataset: id, method, expiresAt }: AttestAnonymous): Promise<Dataset> {
  const faults = attestationFaults({ method, expiresAt }, deps.clock.now());
  if (faults.length > 0) throw refusalOf(faults);
  return deps.transaction(async (tx) => {
    const { dataset, proposed } = await lockAttestedDataset(tx, "dataset", id);
    if (speaksFor !== undefined && (speaksFor === null || dataset.serviceKey !== speaksFor)) throw forbidden("dataset: your service does not host it", dataset.id);
    if (proposed?.proposedBy === actor && proposed.method === method && proposed.expiresAt.getTime() === expiresAt.getTime()) return dataset;
    if (proposed !== undefined) await endAttestations(tx, [proposed.id]);
    await insertAttestation(tx, dataset.number, { method, expiresAt }, actor);
    await appendAuditEntry(tx, { action: "catalog.attest-anonymous", actor, object: dataset.id });
    return dataset;
  });
}
