import { createHmac, sign, timingSafeEqual, verify } from "node:crypto";
import type { SigningKey, VerifyingKey } from "./signing-keys";

/** Signed messages after Standard Webhooks 1.0: the signature covers `id.timestamp.body`, byte for byte. */
export type SignatureHeaders = {
  readonly "webhook-id": string;
  /** Unix seconds of this attempt. */
  readonly "webhook-timestamp": string;
  /** Space-separated `v1,…` and `v1a,…`; any one may match, which is what makes key rotation free. */
  readonly "webhook-signature": string;
};

/** All headers as a server hands them over: names in lower case, and any may be missing or have come twice. */
export type ReceivedHeaders = { readonly [name: string]: string | readonly string[] | undefined };

/** UNSIGNED: a header is missing. STALE: more than five minutes off. BAD_SIGNATURE: no signature fits an accepted key. */
export type SignatureFault = "UNSIGNED" | "STALE" | "BAD_SIGNATURE";

export type Verification =
  | { readonly fault: SignatureFault }
  | { readonly fault?: undefined; readonly id: string; readonly timestamp: Date; readonly key: VerifyingKey };

/** Both ways: a sender's clock may run ahead as well as behind. */
const TOLERANCE_SECONDS = 300;

// Each signature of a stranger costs one verification per accepted key.
const MAX_SIGNATURES = 16;
// A dot in the id would let one signed text be read as two different messages.
const MESSAGE_ID = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;

/** Signs with every key given, the newest first; throws on an id that cannot be signed and on an empty list of keys. */
export function signMessage(id: string, at: Date, body: string | Uint8Array, keys: readonly SigningKey[]): SignatureHeaders {
  if (!MESSAGE_ID.test(id)) throw new Error("webhook-id: expected 1 to 256 printable characters without a dot");
  if (keys.length === 0) throw new Error("At least one signing key is needed");
  const timestamp = String(unixSeconds(at));
  const content = signedContent(id, timestamp, body);
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": keys.map((key) => signatureBy(key, content)).join(" ") };
}

/** Accepts the message if any of its signatures fits any of the keys, each under its own scheme: with `whpk_` keys only, v1a only. */
export function verifyMessage(headers: ReceivedHeaders, body: string | Uint8Array, keys: readonly VerifyingKey[], now: Date): Verification {
  const id = headers["webhook-id"];
  const timestamp = headers["webhook-timestamp"];
  const signatures = headers["webhook-signature"];
  if (!id || !timestamp || !signatures) return { fault: "UNSIGNED" };
  if (typeof id !== "string" || typeof timestamp !== "string" || typeof signatures !== "string") return { fault: "BAD_SIGNATURE" };
  if (!MESSAGE_ID.test(id) || !/^\d{1,11}$/.test(timestamp)) return { fault: "BAD_SIGNATURE" };
  if (Math.abs(unixSeconds(now) - Number(timestamp)) > TOLERANCE_SECONDS) return { fault: "STALE" };

  const candidates = signatures.split(" ").filter(Boolean);
  if (candidates.length > MAX_SIGNATURES) return { fault: "BAD_SIGNATURE" };
  const content = signedContent(id, timestamp, body);
  for (const candidate of candidates) {
    const key = keys.find((each) => fits(each, candidate, content));
    if (key) return { id, timestamp: new Date(Number(timestamp) * 1000), key };
  }
  return { fault: "BAD_SIGNATURE" };
}

const unixSeconds = (at: Date): number => Math.floor(at.getTime() / 1000);

function signedContent(id: string, timestamp: string, body: string | Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${timestamp}.`), typeof body === "string" ? Buffer.from(body) : body]);
}

function signatureBy(key: SigningKey, content: Buffer): string {
  const value = key.scheme === "v1" ? hmac(key.secret, content) : sign(null, content, key.privateKey);
  return `${key.scheme},${value.toString("base64")}`;
}

function fits(key: VerifyingKey, candidate: string, content: Buffer): boolean {
  const [scheme, encoded] = candidate.split(",", 2);
  if (scheme !== key.scheme || !encoded) return false;
  const value = Buffer.from(encoded, "base64");
  if (key.scheme === "v1a") return value.length === 64 && verify(null, content, key.publicKey, value);
  const expected = hmac(key.secret, content);
  return value.length === expected.length && timingSafeEqual(value, expected);
}

function hmac(secret: Buffer, content: Buffer): Buffer {
  return createHmac("sha256", secret).update(content).digest();
}
