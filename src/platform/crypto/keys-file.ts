import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";

/** The keys file: every secret of one installation, as JSON. Lists run from the newest key to the oldest. */
export interface KeysFile {
  readonly version: 1;
  /** The first wraps data keys; all unwrap. `secret`: base64 of 32 bytes. */
  readonly keks: readonly KeyEntry[];
  /** Not rotated: every blind index would have to be computed anew from the opened identifiers. */
  readonly blindIndex: KeyEntry;
  readonly orderKeys: readonly SigningKeyEntry[];
  readonly certificateKeys: readonly SigningKeyEntry[];
  readonly auditKeys: readonly SigningKeyEntry[];
}

export interface KeyEntry {
  readonly id: string;
  readonly secret: string;
  readonly from: string;
}

/** Ed25519, `secret` is base64 of PKCS#8. Signs from `from` until a newer one begins; published until `to`. */
export interface SigningKeyEntry extends KeyEntry {
  readonly to: string | null;
}

export type SigningUse = "orderKeys" | "certificateKeys" | "auditKeys";

/** Fresh keys for a new installation. */
export function newKeys(now: Date): KeysFile {
  return {
    version: 1,
    keks: [newSecretKey(now)],
    blindIndex: newSecretKey(now),
    orderKeys: [newSigningKey(now)],
    certificateKeys: [newSigningKey(now)],
    auditKeys: [newSigningKey(now)],
  };
}

/**
 * Rotation without downtime: the new key is published at once and signs from `from` on, so that readers know it by then;
 * the keys before it stay published until `until` at the latest.
 */
export function rotateSigningKey(keys: KeysFile, use: SigningUse, from: Date, until: Date): KeysFile {
  const ending = keys[use].map((key) => ({ ...key, to: key.to !== null && new Date(key.to) < until ? key.to : until.toISOString() }));
  return { ...keys, [use]: [newSigningKey(from), ...ending] };
}

/** A new key wraps from now on; the older ones stay for what they have wrapped, until that is wrapped anew. */
export const rotateKek = (keys: KeysFile, now: Date): KeysFile => ({ ...keys, keks: [newSecretKey(now), ...keys.keks] });

const newId = (): string => randomBytes(8).toString("hex");

const newSecretKey = (from: Date): KeyEntry => ({ id: newId(), secret: randomBytes(32).toString("base64"), from: from.toISOString() });

/** Its id is the SHA-256 of its public half (as in protocol/certificate.ts): who knows a key knows its id without asking us. */
function newSigningKey(from: Date): SigningKeyEntry {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const secret = privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
  return { id: createHash("sha256").update(raw).digest("base64url"), secret, from: from.toISOString(), to: null };
}
