import { createHash, type KeyObject, sign, verify } from "node:crypto";
import Ajv2020 from "ajv/dist/2020";
import { canonicalBytes } from "./canonical-json";
import { checkCertificateProof, type LoggedCertificate } from "./certificate-proof";
import { parseVerifyingKey, publicKeyText } from "./signing-keys";
import { type Knowledge, notVerified } from "./tlog/verification";

/** What a certificate of erasure states (PROTOCOLS.md, "Certificate"). No identifier of the person, no name of an employee. */
export interface CertificatePayload {
  readonly version: 1;
  readonly id: string;
  readonly request: string;
  readonly result: "COMPLETE" | "COMPLETE_EXCEPT_RETAINED" | "INCOMPLETE" | "REFUSED";
  readonly issuedAt: string;
  readonly asOf: string;
  readonly datasets: readonly CertifiedDataset[];
  readonly gaps: readonly { readonly dataset: string; readonly reason: string }[];
  readonly waivers: readonly { readonly dataset: string; readonly role: string; readonly code: string }[];
  readonly backupsUntil?: string;
  readonly supersedes?: string;
}

export interface CertifiedDataset {
  readonly dataset: string;
  /** The weakest of its parts. */
  readonly outcome: string;
  readonly grade: string;
  readonly parts: readonly CertifiedPart[];
}

export interface CertifiedPart {
  readonly outcome: string;
  readonly fields?: readonly string[];
  readonly recordClass?: string;
  readonly count?: number;
  readonly rule?: string;
  readonly until?: string;
}

/** UNKNOWN_SIGNER: well-formed, but signed by none of the trusted keys; nothing that it says may be believed. */
export type VerifiedCertificate =
  | {
      readonly verdict: "GENUINE";
      readonly payload: CertificatePayload;
      /** Where it stands in the audit log, if its file says so: it does some seconds after it was issued. */
      readonly logged?: LoggedCertificate;
    }
  | { readonly verdict: "UNKNOWN_SIGNER"; readonly keyId: string }
  | { readonly verdict: "FAULTY"; readonly fault: string };

export interface TrustedKey {
  readonly id: string;
  readonly publicKey: KeyObject;
}

const DOMAIN = "cadastre-certificate-v1\n";
const MAX_BYTES = 64 * 1024 * 1024;

/** The certificate's file: exact bytes, to be kept and handed on as they are. */
export function sealCertificate(payload: CertificatePayload, { privateKey }: { readonly privateKey: KeyObject }): Buffer {
  const { id } = parseTrustedKey(publicKeyText(privateKey));
  const value = sign(null, signedBytes(payload), privateKey).toString("base64");
  return canonicalBytes({ payload, signature: { keyId: id, value } });
}

/** The same file with the proof that its entry stands in the audit log (C2SP tlog-proof): the signature covers the payload only, so it goes on to hold. */
export const attachProof = (file: Buffer, proof: string): Buffer => canonicalBytes({ ...(JSON.parse(file.toString("utf8")) as object), proof });

/**
 * Checks a certificate's file offline, trusting the given keys and never one inside the file: the exact bytes, the shape, the signature,
 * that the result is no better than what is stated of the datasets, and the proof beside it, for which the keys of logs and witnesses are known.
 * Says nothing about supersession.
 */
export function verifyCertificate(bytes: Uint8Array, trusted: readonly TrustedKey[], log: Knowledge = NO_LOG): VerifiedCertificate {
  const file = parse(bytes);
  if (file === undefined) return faulty("it is not canonical JSON (RFC 8785): not a certificate, or altered");
  if (!isCertificate(file)) return faulty(`it does not have the form of a certificate: ${isCertificate.errors?.[0]?.instancePath || "/"}`);
  const { payload, signature, proof } = file;
  const signed = signedBytes(payload);
  const value = Buffer.from(signature.value, "base64");
  if (value.toString("base64") !== signature.value) return faulty("the signature is not canonical base64: it was altered");
  const signer = trusted.find((key) => verify(null, signed, key.publicKey, value));
  if (signer === undefined) {
    const isTrusted = trusted.some((key) => key.id === signature.keyId);
    return isTrusted ? faulty("the signature does not fit: it was altered") : { verdict: "UNKNOWN_SIGNER", keyId: signature.keyId };
  }
  if (isKeyId(signature.keyId) && signature.keyId !== signer.id) return faulty("it names another key than the one that signed it");
  if (contradictsItself(payload)) return faulty("its result is better than what it states of the datasets");
  return proof === undefined ? { verdict: "GENUINE", payload } : withProof(payload, proof, log);
}

const NO_LOG: Knowledge = { keys: { vkeys: [], nameless: [] } };

function withProof(payload: CertificatePayload, proof: string, log: Knowledge): VerifiedCertificate {
  try {
    return { verdict: "GENUINE", payload, logged: checkCertificateProof(payload, proof, log) };
  } catch (error) {
    return faulty(notVerified(error).fault);
  }
}

/** Reads a key to trust: `whpk_…`, or a C2SP vkey `<name>+<key hash>+<base64>` of an Ed25519 key. Throws on anything else. */
export function parseTrustedKey(text: string): TrustedKey {
  const raw = text.startsWith("whpk_") ? Buffer.from(text.slice("whpk_".length), "base64") : rawKeyOfVkey(text);
  const whpk = text.startsWith("whpk_") ? text : `whpk_${raw.toString("base64")}`;
  const key = parseVerifyingKey(whpk);
  if (key.scheme !== "v1a") throw new Error("expected an Ed25519 key");
  return { id: keyIdOf(raw), publicKey: key.publicKey };
}

/** Our keys are named after themselves, so that who knows a key knows its id. Short ids are labels of other signers and say nothing. */
const keyIdOf = (raw: Buffer): string => createHash("sha256").update(raw).digest("base64url");
const isKeyId = (text: string): boolean => text.length > 32;

const ED25519 = 1;

function rawKeyOfVkey(text: string): Buffer {
  const [, name, hash, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(text) ?? [];
  const typed = Buffer.from(encoded ?? "", "base64");
  const expected = createHash("sha256").update(`${name}\n`).update(typed).digest("hex").slice(0, 8);
  if (typed[0] !== ED25519 || hash !== expected) throw new Error("expected whpk_… or a vkey");
  return typed.subarray(1);
}

const signedBytes = (payload: unknown): Buffer => Buffer.concat([Buffer.from(DOMAIN), canonicalBytes(payload)]);

const faulty = (fault: string): VerifiedCertificate => ({ verdict: "FAULTY", fault });

/** The JSON of canonical bytes; two files that differ in a byte are never the same certificate. */
function parse(bytes: Uint8Array): unknown {
  if (bytes.length > MAX_BYTES) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
    return canonicalBytes(value).equals(bytes) ? value : undefined;
  } catch {
    return undefined;
  }
}

const GONE = new Set(["ANONYMISED", "ERASED", "NOT_FOUND"]);
const PROVEN = new Set(["G3", "G4"]);

/** Complete means proven gone everywhere, or retained where the result says so; a recipient who was notified (`entity:…`) is no place. */
function contradictsItself({ result, datasets, gaps, waivers }: CertificatePayload): boolean {
  if (result !== "COMPLETE" && result !== "COMPLETE_EXCEPT_RETAINED") return false;
  const places = datasets.filter(({ dataset }) => dataset.startsWith("dataset:"));
  const settles = (outcome: string): boolean => GONE.has(outcome) || (result === "COMPLETE_EXCEPT_RETAINED" && outcome === "RETAINED");
  const settled = places.every(
    ({ outcome, grade, parts }) => PROVEN.has(grade) && settles(outcome) && parts.every((part) => settles(part.outcome)),
  );
  return !settled || places.length === 0 || gaps.length > 0 || waivers.length > 0;
}

const word = { type: "string", pattern: "^[\\x21-\\x7e]{1,4096}$" };
const list = (items: object): object => ({ type: "array", items });
/** Open: a verifier tolerates members that a later Cadastre may add; they are signed too. */
const object = (required: string[], properties: object): object => ({ type: "object", required, properties });
/** Closed, where nothing is signed. */
const closed = (properties: object): object => ({ ...object(Object.keys(properties), properties), additionalProperties: false });

const isCertificate = new Ajv2020({ strict: true, ownProperties: true }).compile<{
  payload: CertificatePayload;
  signature: { keyId: string; value: string };
  proof?: string;
}>({
  ...closed({
    payload: object(["version", "id", "request", "result", "issuedAt", "asOf", "datasets", "gaps", "waivers"], {
      version: { const: 1 },
      id: word,
      request: word,
      result: { enum: ["COMPLETE", "COMPLETE_EXCEPT_RETAINED", "INCOMPLETE", "REFUSED"] },
      issuedAt: word,
      asOf: word,
      datasets: list(
        object(["dataset", "outcome", "grade", "parts"], {
          dataset: word,
          outcome: word,
          grade: { enum: ["G0", "G1", "G2", "G3", "G4"] },
          parts: list(object(["outcome"], { outcome: word })),
        }),
      ),
      gaps: list(object(["dataset", "reason"], { dataset: word, reason: word })),
      waivers: list({ type: "object" }),
      backupsUntil: word,
      supersedes: word,
    }),
    signature: closed({
      keyId: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$" },
      value: { type: "string", pattern: "^[A-Za-z0-9+/]{86}==$" },
    }),
    proof: { type: "string" },
  }),
  required: ["payload", "signature"],
});
