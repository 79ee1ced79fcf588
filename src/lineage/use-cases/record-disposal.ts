import { appendAuditEntry } from "../../audit";
import { type CatalogDataset, datasetUrn, findDatasets, resolveFinding } from "../../catalog";
import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { badInput, forbidden, notFound } from "../../platform/errors";
import type { DisposalKind } from "../model";
import { parseNodeId } from "../node-ids";
import { findProposedDisposal, insertDisposal, lockDisposed } from "../storage/disposal-store";
import { findNodeNumbers } from "../storage/node-queries";

export interface RecordDisposal {
  readonly actor: string;
  /** Key of the service that speaks for itself; undefined: an editor, who may speak for every service. */
  readonly speaksFor: string | undefined;
  /** `dataset:<namespace>:<name>` */
  readonly dataset: string;
  readonly kind: DisposalKind;
  readonly at: Date;
  readonly evidence?: string | null;
}

/** A service's clock may be ahead of ours by so much. */
const MOST_SKEW_MS = 5 * 60_000;

/**
 * Records that a dataset was dropped, truncated or fully rebuilt: custody of what it held until then ends. What was proposed to be recorded by
 * then is settled. Refuses (BAD_USER_INPUT) what is no dataset's id and an instant that has not come, (NOT_FOUND) an unknown dataset, (FORBIDDEN)
 * a service that does not host it. A no-op where the same disposal is recorded. Answers the dataset's id. Writes: disposals, findings, one audit entry.
 */
export async function recordDisposal(deps: Deps, { actor, speaksFor, dataset: id, kind, at, evidence }: RecordDisposal): Promise<string> {
  if (parseNodeId(id)?.kind !== "dataset") throw badInput("dataset: must be dataset:<namespace>:<name>, percent-encoded");
  return deps.transaction(async (tx) => {
    if (at.getTime() > tx.now.getTime() + MOST_SKEW_MS) throw badInput("at: must not be in the future");
    const dataset = await getDataset(tx, id);
    const urn = datasetUrn(dataset);
    if (speaksFor !== undefined && dataset.serviceKey !== speaksFor) throw forbidden("dataset: your service does not host it", urn);
    await lockDisposed(tx, dataset.id);
    const disposal = { dataset: dataset.id, kind, at: at > tx.now ? tx.now : at };
    if (!(await insertDisposal(tx, { ...disposal, evidence: evidence ?? null, recordedBy: actor }))) return urn;
    const proposed = await findProposedDisposal(tx, dataset.id);
    if (proposed !== undefined && proposed <= disposal.at) await resolveFinding(tx, { kind: "PROPOSED_DISPOSAL", subject: urn });
    await appendAuditEntry(tx, { action: "lineage.record-disposal", actor, object: urn });
    return urn;
  });
}

async function getDataset(tx: Tx, id: string): Promise<CatalogDataset> {
  const [number] = (await findNodeNumbers(tx, [id])).get(id) ?? [];
  const dataset = number === undefined ? undefined : (await findDatasets(tx, [number])).get(number);
  if (dataset === undefined) throw notFound("dataset: not known");
  return dataset;
}
