import type { CertificatePayload, VerifiedCertificate } from "../protocol/certificate";
import { verifyCertificate } from "../protocol/certificate";
import type { LoggedCertificate } from "../protocol/certificate-proof";
import { complain, EXIT, print } from "./command";
import { printable } from "./printable";
import type { Trust } from "./trusted-keys";
import { unlessWitnessed, witnessesOf } from "./verification-report";

/** Prints what a certificate of erasure says, if it is genuine, and where it stands in the audit log. */
export function verifyCertificateFile(file: string, bytes: Buffer, trust: Trust, since: Buffer | undefined): number {
  const verified = verifyCertificate(bytes, trust.certificates, { keys: trust.logs, since });
  switch (verified.verdict) {
    case "GENUINE":
      describe(verified).forEach(print);
      return EXIT.ok;
    case "UNKNOWN_SIGNER":
      complain(`${file}: the signer, key ${verified.keyId}, is not among the trusted keys; give it with --key if you trust it`);
      return EXIT.untrustedSigner;
    case "FAULTY":
      complain(`${file}: ${verified.fault}`);
      return EXIT.refused;
  }
}

const describe = ({ payload, logged }: Extract<VerifiedCertificate, { verdict: "GENUINE" }>): string[] => [
  ...statementsOf(payload),
  ...(logged === undefined ? ["UNWITNESSED: no checkpoint of the audit log stands behind it"] : placeOf(logged)),
];

const statementsOf = (payload: CertificatePayload): string[] => [
  ...payload.datasets.map(({ grade, outcome, dataset }) => `${grade} ${outcome} ${dataset}`),
  ...payload.gaps.map(({ reason, dataset }) => `gap ${reason} ${dataset}`),
  `${payload.result} as of ${payload.asOf}${payload.backupsUntil ? `, except backups until ${payload.backupsUntil}` : ""}`,
  `certificate ${payload.id} of request ${payload.request}`,
  "not checked for supersession",
];

function placeOf({ index, checkpoint, isTrusted, witnesses, since }: LoggedCertificate): string[] {
  const place = `entry ${index} of the audit log ${printable(checkpoint.origin)}, under its checkpoint of ${checkpoint.size} entries`;
  return isTrusted
    ? [place, ...witnessesOf(witnesses), ...unlessWitnessed(witnesses, since)]
    : ["UNWITNESSED: the proof that it is in the audit log is signed by a log that you do not trust; give its vkey with --key if you do"];
}
