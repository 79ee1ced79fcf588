import type { Tx } from "../../platform/database/sql";
import { type AttestationInput, staysAttested } from "../attestation-model";
import type { DatasetDefinition } from "../dataset-model";
import type { Field } from "../model";
import { type DatasetName, datasetUrn } from "../public-ids";

/** Keeps a proposal; another one for the dataset must have ended. */
export const insertAttestation = (tx: Tx, datasetNumber: number, { method, expiresAt }: AttestationInput, proposedBy: string): Promise<number> =>
  tx.execute(
    "insertAttestation",
    "insert into attestations (id, dataset_id, method, expires_at, proposed_by, proposed_at) values ($1, $2, $3, $4, $5, $6)",
    [tx.ids.uuid(), datasetNumber, method, expiresAt, proposedBy, tx.now],
  );

/** Puts a proposal in force; one that is in force for the dataset must have ended. */
export const confirmProposal = (tx: Tx, id: string, confirmedBy: string): Promise<number> =>
  tx.execute(
    "confirmProposal",
    "update attestations set confirmed_by = $2, confirmed_at = $3 where id = $1 and ended_at is null and confirmed_at is null",
    [id, confirmedBy, tx.now],
  );

export const endAttestations = (tx: Tx, ids: readonly string[]): Promise<number> =>
  tx.execute("endAttestations", "update attestations set ended_at = $2 where id = any($1) and ended_at is null", [ids, tx.now]);

/** Ends what was attested or proposed of datasets that have become something else. */
export const endAttestationsOf = (tx: Tx, datasetNumbers: readonly number[]): Promise<number> =>
  tx.execute("endAttestationsOf", "update attestations set ended_at = $2 where dataset_id = any($1) and ended_at is null", [datasetNumbers, tx.now]);

/** Ends what was attested or proposed of datasets that are about to become something else. To be called before they are written. */
export async function endAttestationsOfChanged(tx: Tx, datasets: readonly DatasetDefinition[]): Promise<void> {
  const attested = await tx.query<DatasetName & { id: string; serviceKey: string | null; fields: Field[] }>(
    "findAttestedDatasets",
    `select a.id, d.namespace, d.name, d.service_key as "serviceKey",
       coalesce((select json_agg(json_build_object('name', f.name, 'categories', f.categories)) from fields f where f.dataset_id = d.id), '[]') as fields
     from attestations a join datasets d on d.id = a.dataset_id join unnest($1::text[], $2::text[]) as given (namespace, name) using (namespace, name)
     where a.ended_at is null`,
    [datasets.map(({ namespace }) => namespace), datasets.map(({ name }) => name)],
  );
  if (attested.length === 0) return;
  const next = new Map(datasets.map((dataset) => [datasetUrn(dataset), dataset]));
  const ended = attested.filter((dataset) => !staysAttested(dataset, next.get(datasetUrn(dataset))!));
  if (ended.length > 0) await endAttestations(tx, ended.map(({ id }) => id));
}
