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
  const { erasureCertificate } = await cadastre.ask<{ erasureCertificate: string | null }>(officer, CERTIFICATE, { request: id });
  if (erasureCertificate === null) throw new Error("The request ended without a certificate");
  return erasureCertificate;
}

/** The person is told; that closes the request. */
export async function recordCompletion(cadastre: Cadastre, { officer }: Staff, id: string): Promise<{ state: string; result: string }> {
  const input = { id, kind: "COMPLETION", sentAt: new Date().toISOString(), channel: "e-mail" };
  const told = await cadastre.ask<{ recordSubjectNotice: { state: string; result: string } }>(officer, NOTICE, { input });
  return told.recordSubjectNotice;
}
