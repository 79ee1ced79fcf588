import type { Reader, Tx } from "../../platform/database/sql";
import type { CertificateState } from "../model";
import { ErasureCertificateRow } from "./erasure-rows";

export interface StoredCertificate {
  readonly id: string;
  readonly requestId: string;
  readonly finding: Buffer;
  readonly file: Buffer;
  readonly status: CertificateState;
  readonly supersededBy: string | null;
}

const COLUMNS = `c.id, c.request_id as "requestId", c.finding, c.file, c.status, c.superseded_by as "supersededBy"`;

export async function findValidCertificate(reader: Reader, requestId: string): Promise<StoredCertificate | undefined> {
  const rows = await reader.query<StoredCertificate>(
    "findValidCertificate",
    `select ${COLUMNS} from erasure_certificates c where c.request_id = $1 and c.status = 'VALID'`,
    [requestId],
  );
  return rows[0];
}

export async function findCertificate(reader: Reader, id: string): Promise<StoredCertificate | undefined> {
  const rows = await reader.query<StoredCertificate>("findCertificate", `select ${COLUMNS} from erasure_certificates c where c.id = $1`, [id]);
  return rows[0];
}

export interface NewCertificate {
  readonly id: string;
  readonly requestId: string;
  readonly result: string;
  readonly finding: Buffer;
  readonly file: Buffer;
}

/** Adds a certificate and ends the validity of the one before it: certificates are superseded, never edited. */
export async function insertCertificate(tx: Tx, certificate: NewCertificate, former: StoredCertificate | undefined): Promise<void> {
  if (former) await tx.manager.update(ErasureCertificateRow, { id: former.id, status: "VALID" }, { status: "SUPERSEDED" });
  await tx.manager.insert(ErasureCertificateRow, {
    id: certificate.id,
    request_id: certificate.requestId,
    issued_at: tx.now,
    result: certificate.result,
    finding: certificate.finding,
    file: certificate.file,
    status: "VALID",
  });
  if (former) await tx.manager.update(ErasureCertificateRow, { id: former.id }, { superseded_by: certificate.id });
}
