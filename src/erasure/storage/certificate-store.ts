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
  /** The audit entry of its issue. */
  readonly entryId: string;
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
    entry_id: certificate.entryId,
  });
  if (former) await tx.manager.update(ErasureCertificateRow, { id: former.id }, { superseded_by: certificate.id });
}

export interface UnprovenCertificate {
  readonly id: string;
  readonly file: Buffer;
  readonly entryId: string;
  readonly issuedAt: Date;
}

/** Certificates whose files do not hold the proof of their entry yet, the oldest first. */
export async function listUnprovenCertificates(reader: Reader, most: number): Promise<UnprovenCertificate[]> {
  return reader.query<UnprovenCertificate>(
    "listUnprovenCertificates",
    `select c.id, c.file, c.entry_id as "entryId", c.issued_at as "issuedAt" from erasure_certificates c
      where c.entry_id is not null and c.proven_at is null order by c.id limit $1`,
    [most],
  );
}

/** Puts the file with its proof in the place of the one without: once, so that whoever has a proof sees the same bytes for ever. */
export async function storeProvenFile(tx: Tx, id: string, file: Buffer): Promise<boolean> {
  const changed = await tx.execute("storeProvenFile", "update erasure_certificates set file = $2, proven_at = $3 where id = $1 and proven_at is null", [id, file, tx.now]);
  return changed > 0;
}
