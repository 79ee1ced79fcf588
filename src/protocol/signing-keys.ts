import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from "node:crypto";

/** A key that signs: a shared secret (`v1`, HMAC-SHA256) or an Ed25519 private key (`v1a`). */
export type SigningKey = { readonly scheme: "v1"; readonly secret: Buffer } | { readonly scheme: "v1a"; readonly privateKey: KeyObject };

/** A key that verifies. `text` is how it was written (`whpk_…`), so that a caller can tell which of several keys matched. */
export type VerifyingKey =
  | { readonly scheme: "v1"; readonly text: string; readonly secret: Buffer }
  | { readonly scheme: "v1a"; readonly text: string; readonly publicKey: KeyObject };

// Ed25519 keys travel as 32 raw bytes; these are the DER wrappings that node:crypto wants around them (RFC 8410).
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const RAW_BYTES = 32;

/** Reads `whsk_…` (32 bytes of seed, or 64 of seed and public key) or `whsec_…` (24 to 64 bytes); takes an Ed25519 KeyObject too. */
export function parseSigningKey(key: string | KeyObject): SigningKey {
  if (typeof key !== "string") {
    if (key.type !== "private" || key.asymmetricKeyType !== "ed25519") throw new Error("Signing key: expected an Ed25519 private key");
    return { scheme: "v1a", privateKey: key };
  }
  if (key.startsWith("whsec_")) return { scheme: "v1", secret: parseSecret(key) };
  const raw = decode(key, "whsk_", "Signing key: expected whsk_… (Ed25519) or whsec_… (HMAC)");
  if (raw.length !== RAW_BYTES && raw.length !== 2 * RAW_BYTES) throw new Error("Signing key: whsk_ must hold 32 or 64 bytes in base64");
  const der = Buffer.concat([PKCS8_PREFIX, raw.subarray(0, RAW_BYTES)]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  if (raw.length > RAW_BYTES && !rawPublicKey(privateKey).equals(raw.subarray(RAW_BYTES))) {
    throw new Error("Signing key: the public half of whsk_ does not belong to its private half");
  }
  return { scheme: "v1a", privateKey };
}

/** Reads `whpk_…` (Ed25519, 32 bytes) or `whsec_…` (24 to 64 bytes). */
export function parseVerifyingKey(text: string): VerifyingKey {
  if (text.startsWith("whsec_")) return { scheme: "v1", text, secret: parseSecret(text) };
  const raw = decode(text, "whpk_", "Verifying key: expected whpk_… (Ed25519) or whsec_… (HMAC)");
  if (raw.length !== RAW_BYTES) throw new Error("Verifying key: whpk_ must hold 32 bytes in base64");
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: "der", type: "spki" });
  return { scheme: "v1a", text, publicKey };
}

/** The `whpk_…` of an Ed25519 key: what a service registers, and what Cadastre publishes at `/orders/keys`. */
export function publicKeyText(privateKey: string | KeyObject): string {
  const key = parseSigningKey(privateKey);
  if (key.scheme !== "v1a") throw new Error("A shared secret has no public key");
  return `whpk_${rawPublicKey(key.privateKey).toString("base64")}`;
}

/** A new Ed25519 pair: keep `privateKey` (`whsk_…`) secret, register `publicKey` (`whpk_…`). */
export function generateSigningKey(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  const seed = privateKey.export({ format: "der", type: "pkcs8" }).subarray(PKCS8_PREFIX.length);
  return { privateKey: `whsk_${seed.toString("base64")}`, publicKey: publicKeyText(privateKey) };
}

/** A new shared secret for the optional `v1` scheme. */
export const generateSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

function rawPublicKey(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(SPKI_PREFIX.length);
}

function parseSecret(text: string): Buffer {
  const secret = decode(text, "whsec_", "Secret: expected whsec_…");
  if (secret.length < 24 || secret.length > 64) throw new Error("Secret: whsec_ must hold 24 to 64 bytes in base64");
  return secret;
}

/** Node's decoder skips what it does not know; a key with a typing error must not become another key. The text itself is never repeated. */
function decode(text: string, prefix: string, expected: string): Buffer {
  if (!text.startsWith(prefix)) throw new Error(expected);
  const encoded = text.slice(prefix.length);
  const raw = Buffer.from(encoded, "base64");
  if (raw.toString("base64") !== encoded) throw new Error(`${prefix} must be followed by standard, padded base64`);
  return raw;
}
