import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { forbidden, preconditionFailed } from "../../platform/errors";
import type { Dataset } from "../model";
import { confirmProposal, endAttestations } from "../storage/attestation-store";
import { getDataset } from "../storage/dataset-queries";
import { lockAttestedDataset } from "./attested-dataset";
import { refreshFindings } from "./refresh-findings";

export interface ConfirmAttestation {
  readonly actor: string;
  /** The dataset's. */
  readonly id: string;
}

/**
 * Puts the proposal for a dataset in force, in the place of what was in force. Refuses (NOT_FOUND) an unknown dataset, (FORBIDDEN) who proposed
 * it: principals are compared, not tokens, (PRECONDITION_FAILED) where nothing is proposed or the proposal has expired meanwhile. A no-op
 * where the same principal has confirmed it. Writes: attestations, findings, one audit entry.
 */
export async function confirmAttestation(deps: Deps, { actor, id }: ConfirmAttestation): Promise<Dataset> {
  return deps.transaction(async (tx) => {
    const { dataset, proposed, confirmed } = await lockAttestedDataset(tx, "id", id);
    if (proposed === undefined && confirmed?.confirmedBy === actor) return dataset;
    if (proposed === undefined) throw preconditionFailed("id: nothing is proposed for this dataset; propose it first (attestAnonymous)", dataset.id);
    if (proposed.proposedBy === actor) throw forbidden("id: another principal than the one who proposed it has to confirm", dataset.id);
    if (proposed.expiresAt <= tx.now) throw preconditionFailed("id: the proposal has expired; propose it again", dataset.id);
    if (confirmed !== undefined) await endAttestations(tx, [confirmed.id]);
    await confirmProposal(tx, proposed.id, actor);
    await refreshFindings(tx, { datasetNumbers: [dataset.number] });
    await appendAuditEntry(tx, { action: "catalog.confirm-attestation", actor, object: dataset.id });
    return getDataset(tx, dataset);
  });
}
