import { createHash, createPublicKey, type KeyObject } from "node:crypto";

/** What a key's signatures are: over the note's text, or a witness's over the text and a time (C2SP signed-note, tlog-cosignature). */
export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;

/** A key that verifies notes, written `<name>+<hex of the key ID>+<base64 of type and key>`. */
export interface Vkey {
  readonly name: string;
  /** Key ID, 8 hexadecimal digits. */
  readonly id: string;
  readonly type: typeof ED25519 | typeof COSIGNATURE;
  readonly publicKey: KeyObject;
}

export interface NoteSignature {
  readonly name: string;
  /** Key ID, 8 hexadecimal digits. */
  readonly id: string;
  readonly signature: Buffer;
  /** As it stands in the note, with its line end. */
  readonly line: string;
}

/** A text and who signed it. */
export interface Note {
  /** With its last line end. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const NAME = String.raw`[^\p{White_Space}+]+`;
const SIGNATURE = new RegExp(`^— (${NAME}) ([A-Za-z0-9+/]+={0,2})$`, "u");
const VKEY = new RegExp(`^(${NAME})\\+([0-9a-f]{8})\\+([A-Za-z0-9+/]+={0,2})$`, "u");
/** The ASCII control characters but the line end. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const MAX_BYTES = 1024 * 1024;
const MOST_SIGNATURES = 100;
const KEY_ID_BYTES = 4;

/** Reads a signed note without judging its signatures. Throws an error that says what is wrong with its form. */
export function parseNote(bytes: Uint8Array | string): Note {
  if (bytes.length > MAX_BYTES) throw new Error("the note is too long");
  const whole = typeof bytes === "string" ? bytes : decode(bytes);
  if (CONTROL.test(whole)) throw new Error("the note contains control characters");
  const end = whole.lastIndexOf("\n\n");
  if (end < 0) throw new Error("the note has no empty line between its text and its signatures");
  const lines = whole.slice(end + 2).split("\n");
  if (lines.pop() !== "") throw new Error("the note does not end with a line end");
  if (lines.length === 0) throw new Error("the note has no signatures");
  if (lines.length > MOST_SIGNATURES) throw new Error("the note has too many signatures");
  return { text: whole.slice(0, end + 1), signatures: lines.map(parseSignatureLine) };
}

/** Reads `— <name> <base64>`, without its line end. Throws where it is no such line. */
export function parseSignatureLine(line: string): NoteSignature {
  const [, name, encoded] = SIGNATURE.exec(line) ?? [];
  if (name === undefined || encoded === undefined) throw new Error("a signature line is malformed");
  const bytes = exactBase64(encoded, "a signature is not canonical base64");
  if (bytes.length <= KEY_ID_BYTES) throw new Error("a signature is too short");
  return { name, id: bytes.subarray(0, KEY_ID_BYTES).toString("hex"), signature: bytes.subarray(KEY_ID_BYTES), line: `${line}\n` };
}

export const formatSignatureLine = (name: string, id: string, signature: Buffer): string =>
  `— ${name} ${Buffer.concat([Buffer.from(id, "hex"), signature]).toString("base64")}\n`;

/** Reads a vkey. Throws where it is none, or of a kind of key other than Ed25519. */
export function parseVkey(text: string): Vkey {
  const [, name, id, encoded] = VKEY.exec(text) ?? [];
  if (name === undefined || encoded === undefined) throw new Error("expected a vkey: name+key ID+base64");
  const typed = exactBase64(encoded, "the vkey is not canonical base64");
  const [type, raw] = [typed[0], typed.subarray(1)];
  if ((type !== ED25519 && type !== COSIGNATURE) || raw.length !== RAW_KEY_BYTES) throw new Error("the vkey is not of an Ed25519 key");
  if (id !== keyId(name, type, raw)) throw new Error("the vkey's key ID does not fit its name and key");
  return { name, id, type, publicKey: publicKeyOf(raw) };
}

/** The vkey of an Ed25519 key under a name. Throws where the name may not be one. */
export function vkeyOf(name: string, type: Vkey["type"], publicKey: KeyObject): Vkey {
  if (!new RegExp(`^${NAME}$`, "u").test(name)) throw new Error("a key's name is not empty and holds neither spaces nor plus signs");
  return { name, id: keyId(name, type, rawKeyOf(publicKey)), type, publicKey };
}

export const formatVkey = ({ name, id, type, publicKey }: Vkey): string =>
  `${name}+${id}+${Buffer.concat([Buffer.from([type]), rawKeyOf(publicKey)]).toString("base64")}`;

const keyId = (name: string, type: number, raw: Buffer): string =>
  createHash("sha256").update(`${name}\n`).update(Buffer.from([type])).update(raw).digest("hex").slice(0, 2 * KEY_ID_BYTES);

const RAW_KEY_BYTES = 32;
// The DER wrapping of a raw Ed25519 key (RFC 8410).
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const publicKeyOf = (raw: Buffer): KeyObject => createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: "der", type: "spki" });
const rawKeyOf = (key: KeyObject): Buffer =>
  (key.type === "public" ? key : createPublicKey(key)).export({ format: "der", type: "spki" }).subarray(-RAW_KEY_BYTES);

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error("the note is not UTF-8");
  }
}

/** Node's decoder skips what it does not know; two texts must never be the same signature. */
export function exactBase64(text: string, complaint: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) throw new Error(complaint);
  return bytes;
}
