import { createHash } from "node:crypto";
import { appendAuditEntry } from "../../audit";
import { datasetUrn, findDatasets } from "../../catalog";
import type { Tx } from "../../platform/database/sql";
import { canonicalJson, payloadDigest, sealCertificate } from "../../protocol";
import { findingOf } from "../certificate-model";
import { findValidCertificate, insertCertificate } from "../storage/certificate-store";
import type { ErasureRequest } from "../storage/erasure-queries";
import { transitionRequest } from "../storage/request-store";
import { type ErasureTask, findGapsByRequests, findPartsByTasks } from "../storage/task-queries";
import { SYSTEM } from "./system-actor";

/**
 * Certifies what was found for a request in the run that answered it, its own or the one it is linked to; all tasks are final.
 * Issues nothing if the valid certificate says the same already.
 * Writes: the certificate (superseding the former one), the request's result, one audit entry that names the payload's SHA-256.
 */
export async function issueCertificate(tx: Tx, request: ErasureRequest, ran: { requestId: string; tasks: readonly ErasureTask[] }): Promise<void> {
  const finding = await stateFinding(tx, ran.requestId, ran.tasks);
  const digest = createHash("sha256").update(canonicalJson(finding)).digest();
  const former = await findValidCertificate(tx, request.id);
  if (former?.finding.equals(digest)) return;

  const id = tx.ids.uuid();
  const { result, ...rest } = finding;
  const issuedAt = tx.now.toISOString();
  const supersedes = former ? { supersedes: former.id } : {};
  const payload = { version: 1 as const, id, request: request.id, result, issuedAt, asOf: issuedAt, ...rest, ...supersedes };
  const signer = tx.keyring.certificateKeys[0];
  if (signer === undefined) throw new Error("the keys file holds no certificate key");
  const entryId = tx.ids.uuid();
  await insertCertificate(tx, { id, requestId: request.id, result, finding: digest, file: sealCertificate(payload, signer), entryId }, former);
  await transitionRequest(tx, request.id, { result, certificateId: id });
  // Without the person's pid: the entry goes out with the certificate, in its proof.
  await appendAuditEntry(tx, { id: entryId, action: "erasure.issue-certificate", actor: SYSTEM, object: request.id, source: payloadDigest(payload) });
}

async function stateFinding(tx: Tx, requestId: string, tasks: readonly ErasureTask[]) {
  const parts = await findPartsByTasks(tx, tasks.map((task) => task.id));
  const datasets = await findDatasets(tx, tasks.map((task) => task.datasetId));
  const gaps = await findGapsByRequests(tx, [requestId]);
  return findingOf(
    tasks.map((task) => {
      const dataset = datasets.get(task.datasetId);
      if (dataset === undefined) throw new Error(`task ${task.id} is about a dataset that is gone from the catalog`);
      return { ...task, dataset: datasetUrn(dataset), parts: parts.filter((part) => part.taskId === task.id) };
    }),
    gaps.map((gap) => ({ dataset: gap.place, reason: gap.reason })),
  );
}
