import { setTimeout as pause } from "node:timers/promises";
import type { Person } from "../shop/people/people";
import type { Cadastre } from "./cadastre";
import { PROGRESS, type Progress, ProgressTable } from "./progress";

/** Bearer tokens of two people: who submits must not be the one who approves. */
export interface Staff {
  readonly officer: string;
  readonly approver: string;
}

const SUBMIT = "mutation ($input: SubmitErasureRequestInput!) { submitErasureRequest(input: $input) { id } }";
const APPROVE = "mutation ($input: ConfirmInput!) { approveErasureRequest(input: $input) { id } }";
const NOTICE = "mutation ($input: SubjectNoticeInput!) { recordSubjectNotice(input: $input) { state result } }";
const CERTIFICATE = "query ($request: ID!) { erasureCertificate(request: $request) }";

const PROOF_EVERY_MS = 200;

/** The officer submits what the person wrote in their letter: an e-mail address and a telephone number. Answers the request's id. */
export async function submit(cadastre: Cadastre, { officer }: Staff, { email, phone }: Person): Promise<string> {
  const identifiers = [{ type: "email", value: email }, { type: "phone", value: phone }];
  const input = { identifiers, identityVerifiedAt: new Date().toISOString(), externalRef: "letter-1" };
  return (await cadastre.ask<{ submitErasureRequest: { id: string } }>(officer, SUBMIT, { input })).submitErasureRequest.id;
}

/**
 * Shows the request's progress, has it approved whenever it waits for that (a plan that grows has to be approved again), and answers the
 * certificate's exact bytes once there is one.
 */
export async function followToCertificate(cadastre: Cadastre, staff: Staff, id: string, signal: AbortSignal): Promise<string> {
  const { officer, approver } = staff;
  const table = new ProgressTable(process.stdout);
  let state = "";
  const changes = cadastre.watch<{ erasureRequestProgress: Progress }>(officer, PROGRESS, { id }, signal);
  for await (const { erasureRequestProgress: progress } of changes) {
    table.show(progress);
    const awaitsApproval = progress.state === "AWAITING_APPROVAL" && state !== progress.state;
    state = progress.state;
    if (awaitsApproval) await cadastre.ask(approver, APPROVE, { input: { id } });
    if (progress.certificateId !== null) break;
  }
  return provenCertificate(cadastre, officer, id, signal);
}

/** Waits for the file that holds the proof that the certificate is in the audit log: it takes a second or two from its issue. */
async function provenCertificate(cadastre: Cadastre, officer: string, request: string, signal: AbortSignal): Promise<string> {
  for (;;) {
    const { erasureCertificate: file } = await cadastre.ask<{ erasureCertificate: string | null }>(officer, CERTIFICATE, { request });
    if (file === null) throw new Error("The request ended without a certificate");
    if ("proof" in (JSON.parse(file) as object)) return file;
    await pause(PROOF_EVERY_MS, undefined, { signal });
  }
}

/** The person is told; that closes the request. */
export async function recordCompletion(cadastre: Cadastre, { officer }: Staff, id: string): Promise<{ state: string; result: string }> {
  const input = { id, kind: "COMPLETION", sentAt: new Date().toISOString(), channel: "e-mail" };
  const told = await cadastre.ask<{ recordSubjectNotice: { state: string; result: string } }>(officer, NOTICE, { input });
  return told.recordSubjectNotice;
}
