import { createHmac, createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from "node:crypto";
import type { KeyEntry, KeysFile, SigningKeyEntry, SigningUse } from "./keys-file";

/** The keys of a keys file, ready for use. */
export interface Keys extends Readonly<Record<SigningUse, readonly SigningKey[]>> {
  readonly keks: ReadonlyMap<string, KeyObject>;
  readonly currentKek: string;
  readonly blindIndex: KeyObject;
  /** Ed25519. Others trust it by name, so it comes from the secret that is not rotated. */
  readonly witnessKey: KeyObject;
}

export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  /** `whpk_` and the base64 of the 32 raw bytes. */
  readonly publicKey: string;
  readonly from: Date;
  readonly to: Date | null;
}

type Unchecked<T> = { readonly [Member in keyof T]?: unknown };

/** Reads the text of a keys file. Throws an error that names the faulty place and shows nothing of what stands there. */
export function parseKeys(text: string): Keys {
  const file = parseObject(text);
  if (file.version !== 1) throw new Error("version: expected 1");
  const keks = parseList(file, "keks", parseSecretKey);
  const lasting = parseSecretKey((file.blindIndex ?? {}), "blindIndex").secret;
  return {
    keks: new Map(keks.map(({ id, secret }) => [id, secret])),
    currentKek: keks[0]!.id,
    blindIndex: derive(lasting, "cadastre blind index v1"),
    witnessKey: signingKeyFrom(derive(lasting, "cadastre witness key v1")),
    orderKeys: parseList(file, "orderKeys", parseSigningKey),
    certificateKeys: parseList(file, "certificateKeys", parseSigningKey),
    auditKeys: parseList(file, "auditKeys", parseSigningKey),
  };
}

function parseObject(text: string): Unchecked<KeysFile> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Falls through: the parser's message would quote the file.
  }
  throw new Error("it is not a JSON object");
}

function parseList<Key extends { id: string }>(
  file: Unchecked<KeysFile>,
  name: "keks" | SigningUse,
  parse: (entry: Unchecked<SigningKeyEntry>, place: string) => Key,
): Key[] {
  const list = file[name];
  if (!Array.isArray(list) || list.length === 0) throw new Error(`${name}: expected a list of at least one key`);
  const keys = list.map((entry, index) => parse(entry ?? {}, `${name}[${index}]`));
  if (new Set(keys.map((key) => key.id)).size < keys.length) throw new Error(`${name}: two keys have the same id`);
  return keys;
}

function parseSecretKey(entry: Unchecked<KeyEntry>, place: string): { id: string; secret: KeyObject } {
  const bytes = Buffer.from(String(entry.secret), "base64");
  if (bytes.length !== 32) throw new Error(`${place}.secret: expected 32 bytes in base64`);
  return { id: parseId(entry, place), secret: createSecretKey(bytes) };
}

function parseSigningKey(entry: Unchecked<SigningKeyEntry>, place: string): SigningKey {
  return {
    id: parseId(entry, place),
    ...parsePair(entry, place),
    from: parseInstant(entry.from, `${place}.from`),
    to: entry.to === null ? null : parseInstant(entry.to, `${place}.to`),
  };
}

function parsePair(entry: Unchecked<KeyEntry>, place: string): { privateKey: KeyObject; publicKey: string } {
  try {
    const privateKey = createPrivateKey({ key: Buffer.from(String(entry.secret), "base64"), format: "der", type: "pkcs8" });
    if (privateKey.asymmetricKeyType === "ed25519") return { privateKey, publicKey: publicKeyText(privateKey) };
  } catch {
    // Falls through: the parser's message says nothing that helps.
  }
  throw new Error(`${place}.secret: expected an Ed25519 private key, PKCS#8 in base64`);
}

function publicKeyText(privateKey: KeyObject): string {
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  return `whpk_${Buffer.from(x!, "base64url").toString("base64")}`;
}

/** Ids of keys are parts of `v1.kek.dek.iv.ciphertext`. */
function parseId(entry: Unchecked<KeyEntry>, place: string): string {
  if (typeof entry.id === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(entry.id)) return entry.id;
  throw new Error(`${place}.id: expected 1 to 64 letters, digits, _ or -`);
}

function parseInstant(value: unknown, place: string): Date {
  const instant = new Date(typeof value === "string" ? value : NaN);
  if (Number.isNaN(instant.getTime())) throw new Error(`${place}: expected an RFC 3339 instant`);
  return instant;
}

/** A key for one purpose only: what is computed with it means nothing elsewhere. */
const derive = (secret: KeyObject, purpose: string): KeyObject =>
  createSecretKey(createHmac("sha256", secret).update(purpose).digest());

/** The Ed25519 key of a seed of 32 bytes, by way of its PKCS#8 form (RFC 8410). */
const signingKeyFrom = (seed: KeyObject): KeyObject =>
  createPrivateKey({ key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed.export()]), format: "der", type: "pkcs8" });
