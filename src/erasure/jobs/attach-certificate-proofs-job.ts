import type { Deps } from "../../platform/deps";
import { attachCertificateProofs } from "../use-cases/attach-certificate-proofs";

/** Completes certificates with the proof that they stand in the audit log. */
export const createAttachCertificateProofsJob = (deps: Deps): { name: string; runOnce(): Promise<number> } => ({
  name: "attach-certificate-proofs",
  runOnce: () => attachCertificateProofs(deps),
});
