import { appendAuditEntry } from "../../audit";
import { datasetUrn, findDatasets, resolveFinding } from "../../catalog";
import type { Deps } from "../../platform/deps";
import { badInput, forbidden, notFound } from "../../platform/errors";
import type { DisposalKind } from "../model";
import { parseNodeId } from "../node-ids";
import { findCovered, findProposedDisposal, insertDisposal, lockDisposed } from "../storage/disposal-store";
import { findNamedNumber } from "../storage/node-queries";

export interface RecordDisposal {
  readonly actor: string;
  /** Key of the service that speaks for itself; null: none, who may speak for no dataset; undefined: an editor, who may speak for every service. */
  readonly speaksFor: string | null | undefined;
  /** `dataset:<namespace>:<name>` */
  readonly dataset: string;
  readonly kind: DisposalKind;
  readonly at: Date;
  readonly evidence?: string | null;
}

/** A service's clock may be ahead of ours by so much. */
const MOST_SKEW_MS = 5 * 60_000;

/**
 * Records that a dataset was dropped, truncated or fully rebuilt: custody of what it held until then ends, as far as that came under the names
 * that are the dataset now; a former name speaks for itself alone, as it may be another table by now. What was proposed to be recorded by
 * then is settled. Refuses (BAD_USER_INPUT) what is no dataset's id and an instant that has not come, (NOT_FOUND) an unknown dataset, (FORBIDDEN)
 * a service that does not host it. A no-op where the same disposal is recorded. Answers the dataset's id. Writes: disposals, findings, one audit entry.
 */
export async function recordDisposal(deps: Deps, { actor, speaksFor, dataset: id, kind, at, evidence }: RecordDisposal): Promise<string> {
  const name = parseNodeId(id);
  if (name?.kind !== "dataset") throw badInput("dataset: must be dataset:<namespace>:<name>, percent-encoded");
  return deps.transaction(async (tx) => {
    if (at.getTime() > tx.now.getTime() + MOST_SKEW_MS) throw badInput("at: must not be in the future");
    const number = await findNamedNumber(tx, name);
    if (number === undefined) throw notFound("dataset: not known");
    const covered = await findCovered(tx, number);
    const dataset = (await findDatasets(tx, [covered.root])).get(covered.root)!;
    const urn = datasetUrn(dataset);
    if (speaksFor !== undefined && (speaksFor === null || dataset.serviceKey !== speaksFor)) throw forbidden("dataset: your service does not host it", urn);
    await lockDisposed(tx, dataset.id);
    const disposal = { dataset: dataset.id, covered, kind, at: at > tx.now ? tx.now : at };
    if (!(await insertDisposal(tx, { ...disposal, evidence: evidence ?? null, recordedBy: actor }))) return urn;
    const proposed = await findProposedDisposal(tx, dataset.id);
    if (proposed !== undefined && proposed <= disposal.at && covered.numbers.includes(dataset.id)) await resolveFinding(tx, { kind: "PROPOSED_DISPOSAL", subject: urn });
    await appendAuditEntry(tx, { action: "lineage.record-disposal", actor, object: urn });
    return urn;
  });
}
