import type { Reader } from "../../platform/database/sql";
import type { Attestation } from "../attestation-model";

/** Attestations of datasets that have not ended, by the dataset's number: the confirmed one, expired or not, then the proposed one. */
export async function findAttestations(reader: Reader, numbers: readonly number[]): Promise<Map<number, Attestation[]>> {
  const rows = await reader.query<Attestation & { number: number }>(
    "findAttestations",
    `select a.dataset_id as number, a.id, a.method, a.expires_at as "expiresAt", a.proposed_by as "proposedBy", a.proposed_at as "proposedAt",
       a.confirmed_by as "confirmedBy", a.confirmed_at as "confirmedAt"
     from attestations a where a.dataset_id = any($1) and a.ended_at is null order by a.dataset_id, a.confirmed_at nulls last`,
    [numbers],
  );
  const found = new Map<number, Attestation[]>();
  for (const { number, ...attestation } of rows) found.set(number, [...(found.get(number) ?? []), attestation]);
  return found;
}
