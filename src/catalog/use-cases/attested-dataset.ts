import type { Tx } from "../../platform/database/sql";
import { badInput, notFound } from "../../platform/errors";
import type { Attestation } from "../attestation-model";
import type { Dataset } from "../model";
import { datasetUrn, parseDatasetUrn } from "../public-ids";
import { findAttestations } from "../storage/attestation-queries";
import { findDatasetsByName } from "../storage/dataset-queries";
import { lockDefinitions } from "../storage/definition-store";

/** A dataset and what is attested of it; neither changes before the transaction ends. */
export interface AttestedDataset {
  readonly dataset: Dataset;
  readonly proposed: Attestation | undefined;
  /** In force, or expired. */
  readonly confirmed: Attestation | undefined;
}

/** Refuses (BAD_USER_INPUT) what is no dataset's id, (NOT_FOUND) a dataset that is not registered. */
export async function lockAttestedDataset(tx: Tx, member: string, id: string): Promise<AttestedDataset> {
  const name = parseDatasetUrn(id);
  if (name === undefined) throw badInput(`${member}: must be dataset:<namespace>:<name>, percent-encoded`);
  await lockDefinitions(tx);
  const dataset = (await findDatasetsByName(tx, [name])).get(datasetUrn(name));
  if (dataset === undefined) throw notFound(`${member}: not registered; register it first`);
  const attestations = (await findAttestations(tx, [dataset.number])).get(dataset.number) ?? [];
  return { dataset, proposed: attestations.find(({ confirmedAt }) => confirmedAt === null), confirmed: attestations.find(({ confirmedAt }) => confirmedAt !== null) };
}
