import type { Deps } from "../../platform/deps";
import { notFound } from "../../platform/errors";
import { isUuid } from "../../platform/ids";
import type { CertificateState } from "../model";
import { findCertificate, findValidCertificate } from "../storage/certificate-store";
import { getRequest } from "../storage/erasure-queries";

/** The exact text of a request's newest certificate; null as long as there is none. Refuses (NOT_FOUND) an unknown request. */
export async function findCertificateFile(deps: Deps, requestId: string): Promise<string | null> {
  const request = await getRequest(deps.db, requestId);
  const valid = await findValidCertificate(deps.db, request.id);
  const newest = valid ?? (request.certificateId ? await findCertificate(deps.db, request.certificateId) : undefined);
  return newest?.file.toString("utf8") ?? null;
}

export interface CertificateStatus {
  readonly id: string;
  readonly status: CertificateState;
  readonly supersededBy: string | null;
}

/** Whether a certificate still stands. Refuses (NOT_FOUND) one that we did not issue. */
export async function findCertificateStatus(deps: Deps, id: string): Promise<CertificateStatus> {
  const certificate = isUuid(id) ? await findCertificate(deps.db, id) : undefined;
  if (certificate === undefined) throw notFound("certificate: we have issued no certificate with this id");
  return certificate;
}
