import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from "type-graphql";
import { serviceKeyOf } from "../../catalog";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import { ConfirmInput, ReasonInput } from "../../platform/graphql/shared-inputs";
import { findCertificateFile, findCertificateStatus } from "../use-cases/read-certificate";
import { listRequests } from "../storage/erasure-queries";
import { approveErasureRequest } from "../use-cases/approve-erasure-request";
import { confirmIdentifier } from "../use-cases/confirm-identifier";
import { cancelErasureRequest, rejectErasureRequest } from "../use-cases/end-erasure-request";
import { extendErasureDeadline } from "../use-cases/extend-erasure-deadline";
import { isSuppressed } from "../use-cases/is-suppressed";
import { recordIdentityVerification } from "../use-cases/record-identity-verification";
import { recordSubjectNotice } from "../use-cases/record-subject-notice";
import { retryErasureTask } from "../use-cases/retry-erasure-task";
import { submitErasureRequest } from "../use-cases/submit-erasure-request";
import { ErasureRequestsArgs } from "./erasure-args";
import { IdentityVerificationInput, RejectErasureInput, SubjectNoticeInput, SubmitErasureRequestInput, SuppressionLookup } from "./erasure-inputs";
import { requestLoader } from "./erasure-loaders";
import { CertificateStatusType, ErasureRequestConnection, ErasureRequestType, ErasureTaskType } from "./erasure-types";

@Resolver()
export class ErasureResolver {
  @Query(() => ErasureRequestType, { nullable: true })
  @Requires("erasure:erasure-request")
  async erasureRequest(@Ctx() context: RequestContext, @Arg("id", () => ID) id: string) {
    return (await context.loader(requestLoader).load(id)) ?? null;
  }

  @Query(() => ErasureRequestConnection, { description: "Newest first." })
  @Requires("erasure:erasure-requests")
  erasureRequests(@Ctx() { deps }: RequestContext, @Args(() => ErasureRequestsArgs) { state, dueBefore, service, ...page }: ErasureRequestsArgs) {
    return listRequests(deps.db, { states: state, dueBefore, service: service ? serviceKeyOf(service) : null }, page);
  }

  @Query(() => String, { nullable: true, description: "The exact bytes of the newest certificate." })
  @Requires("erasure:erasure-certificate")
  erasureCertificate(@Ctx() { deps }: RequestContext, @Arg("request", () => ID) request: string) {
    return findCertificateFile(deps, request);
  }

  @Query(() => CertificateStatusType)
  @Requires("erasure:certificate-status")
  certificateStatus(@Ctx() { deps }: RequestContext, @Arg("certificate", () => ID) certificate: string) {
    return findCertificateStatus(deps, certificate);
  }

  @Query(() => Boolean, { description: "Whether data of this person collected at that time must stay out. Every look-up is audited." })
  @Requires("erasure:is-suppressed")
  isSuppressed(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => SuppressionLookup) input: SuppressionLookup) {
    return isSuppressed(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => ErasureRequestType)
  @Requires("erasure:submit-erasure-request")
  submitErasureRequest(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => SubmitErasureRequestInput) input: SubmitErasureRequestInput) {
    return submitErasureRequest(deps, { ...input, regime: input.regime ?? "GDPR", capacity: input.capacity ?? "CONTROLLER", actor: caller.principal });
  }

  @Mutation(() => ErasureRequestType)
  @Requires("erasure:record-identity-verification")
  recordIdentityVerification(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => IdentityVerificationInput) input: IdentityVerificationInput) {
    return recordIdentityVerification(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => ErasureRequestType)
  @Requires("erasure:approve-erasure-request")
  approveErasureRequest(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => ConfirmInput) input: ConfirmInput) {
    return approveErasureRequest(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => ErasureRequestType)
  @Requires("erasure:reject-erasure-request")
  rejectErasureRequest(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => RejectErasureInput) input: RejectErasureInput) {
    return rejectErasureRequest(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => ErasureRequestType)
  @Requires("erasure:cancel-erasure-request")
  cancelErasureRequest(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => ReasonInput) input: ReasonInput) {
    return cancelErasureRequest(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => ErasureRequestType)
  @Requires("erasure:extend-erasure-deadline")
  extendErasureDeadline(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => ReasonInput) input: ReasonInput) {
    return extendErasureDeadline(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => ErasureRequestType, { description: "`id` is the quarantined identifier's." })
  @Requires("erasure:confirm-identifier")
  confirmIdentifier(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => ConfirmInput) input: ConfirmInput) {
    return confirmIdentifier(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => ErasureTaskType)
  @Requires("erasure:retry-erasure-task")
  retryErasureTask(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => ConfirmInput) input: ConfirmInput) {
    return retryErasureTask(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => ErasureRequestType)
  @Requires("erasure:record-subject-notice")
  recordSubjectNotice(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => SubjectNoticeInput) input: SubjectNoticeInput) {
    return recordSubjectNotice(deps, { ...input, actor: caller.principal });
  }
}
