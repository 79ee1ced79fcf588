import { addPeriod } from "../platform/calendar";
import type { Field } from "./model";
import { check, exactNameFault, type Fault } from "./text-model";

/** That nobody can be found in a dataset any more. Takes effect when a second person has confirmed it, and only until it expires. */
export interface Attestation {
  readonly id: string;
  readonly method: string;
  readonly expiresAt: Date;
  readonly proposedBy: string;
  readonly proposedAt: Date;
  readonly confirmedBy: string | null;
  readonly confirmedAt: Date | null;
}

export interface AttestationInput {
  /** How the data was made anonymous: `aggregation`, `k-anonymity`, … */
  readonly method: string;
  readonly expiresAt: Date;
}

const LONGEST = "P2Y";

/** All that is wrong with a proposal by itself. */
export const attestationFaults = ({ method, expiresAt }: AttestationInput, now: Date): Fault[] => [
  ...check(["method"], method, (text) => exactNameFault(text) ?? pseudonymFault(text)),
  ...check(["expiresAt"], expiresAt, (instant) => (instant > now && instant <= addPeriod(now, LONGEST) ? undefined : "must lie in the future, at most two years away")),
];

/** What makes pseudonyms: whoever has the key, the table or a list of candidates finds the person again. Parts of words, then whole words. */
const PSEUDONYMISATION =
  /hash|hach|hmac|token|pseudo|crypt|cipher|argon|blake|keccak|pbkdf|ripemd|check ?sum|fingerprint|vault|format[- ]preserving|one[- ]way|\brevers|look[- ]?up|\bkey([- ]?cod)?ed\b|\b(sha\d*|md[2456]|crc\d*|aes|rsa|fpe|mask\w*|salt\w*|digests?)(?![a-z])/;

const pseudonymFault = (method: string): string | undefined =>
  PSEUDONYMISATION.test(method.normalize("NFKC").toLowerCase().replace(/_/g, " "))
    ? "names a way to make pseudonyms (hash, HMAC, token, encryption, mask), which are personal data still (GDPR recital 26); attest what leaves nobody to be singled out, such as aggregation, k-anonymity, differential-privacy, synthetic, suppression or generalisation"
    : undefined;

/** What an attestation spoke of. */
interface Attested {
  readonly serviceKey: string | null;
  readonly fields: readonly Pick<Field, "name" | "categories">[];
}

/** Whether what was attested still holds for what a dataset becomes: the same service, no new field, none of another category. */
export function staysAttested(attested: Attested, next: Attested): boolean {
  const known = new Map(attested.fields.map(({ name, categories }) => [name, JSON.stringify(categories)]));
  return attested.serviceKey === next.serviceKey && next.fields.every(({ name, categories }) => known.get(name) === JSON.stringify(categories));
}
