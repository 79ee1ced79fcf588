import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from "node:crypto";

/** Where a sealed value lies. It is authenticated: a value copied to another table, column or row does not open there. */
export interface Place {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** Key-encrypting key and data key, by id. */
interface KeyIds {
  readonly kek: string;
  readonly dek: string;
}

/** One subject's key. `kek` names the key that wrapped it when it was read. */
export interface DataKey {
  readonly id: string;
  readonly kek: string;
  readonly secret: KeyObject;
}

const VERSION = "v1";
const CIPHER = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals a text under a subject's key for one place: `v1.kek.dek.iv.ciphertext`, the last two base64url, the tag at the end. */
export const seal = (key: DataKey, place: Place, text: string): string =>
  encrypt(key.secret, { kek: key.kek, dek: key.id }, place, Buffer.from(text, "utf8"));

/** Opens what `seal` made. Throws if the key, the place or a single bit differs. */
export const open = (key: DataKey, place: Place, sealed: string): string => decrypt(key.secret, place, sealed).toString("utf8");

/** AES-256-GCM under a fresh random IV; table, column, row and key ids are the additional data. */
export function encrypt(secret: KeyObject, ids: KeyIds, place: Place, plain: Buffer): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, secret, iv).setAAD(additionalData(ids, place));
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return [VERSION, ids.kek, ids.dek, iv.toString("base64url"), ciphertext.toString("base64url")].join(".");
}

/** The inverse of `encrypt`. Throws without a word of the content. */
export function decrypt(secret: KeyObject, place: Place, sealed: string): Buffer {
  const { ids, iv, ciphertext } = parse(sealed, place);
  try {
    const decipher = createDecipheriv(CIPHER, secret, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData(ids, place)).setAuthTag(ciphertext.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(ciphertext.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw unopenable(place, "it was sealed under another key or for another place, or it was altered");
  }
}

/** The ids of the keys under which a value was sealed. */
export const keyIdsOf = (sealed: string, place: Place): KeyIds => parse(sealed, place).ids;

function parse(sealed: string, place: Place): { ids: KeyIds; iv: Buffer; ciphertext: Buffer } {
  const [version, kek, dek, iv, ciphertext, ...rest] = sealed.split(".");
  if (version !== VERSION || !kek || !dek || !iv || !ciphertext || rest.length > 0) {
    throw unopenable(place, "it does not have the form v1.kek.dek.iv.ciphertext");
  }
  return { ids: { kek, dek }, iv: Buffer.from(iv, "base64url"), ciphertext: Buffer.from(ciphertext, "base64url") };
}

// JSON, because it cannot be ambiguous: no part can run into the next.
const additionalData = (ids: KeyIds, place: Place): Buffer =>
  Buffer.from(JSON.stringify([VERSION, place.table, place.column, place.row, ids.kek, ids.dek]));

const unopenable = (place: Place, why: string): Error =>
  new Error(`the sealed value ${place.table}.${place.column} of row ${place.row} cannot be opened: ${why}`);
