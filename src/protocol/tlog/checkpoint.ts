import { type KeyObject, sign, verify } from "node:crypto";
import { HASH_BYTES } from "./merkle-tree";
import { COSIGNATURE, ED25519, exactBase64, formatSignatureLine, type Note, type NoteSignature, parseNote, type Vkey, vkeyOf } from "./signed-note";

/** The head of a log (C2SP tlog-checkpoint). Extension lines are kept in the note's text and mean nothing to us. */
export interface Checkpoint {
  readonly origin: string;
  /** Leaves in the tree. */
  readonly size: number;
  readonly root: Buffer;
}

export const formatCheckpoint = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${root.toString("base64")}\n`;

/** Reads the text of a note. Throws an error that says what is wrong with its form. */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split("\n");
  if (lines.pop() !== "" || lines.length < 3 || lines.includes("")) throw new Error("a checkpoint has an origin, a size and a root, a line each");
  const [origin, size, root] = lines as [string, string, string];
  if (!/^(0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size))) throw new Error("the size of the checkpoint is not a whole number");
  const hash = exactBase64(root, "the root of the checkpoint is not canonical base64");
  if (hash.length !== HASH_BYTES) throw new Error("the root of the checkpoint is not a SHA-256 hash");
  return { origin, size: Number(size), root: hash };
}

/** Signs a checkpoint's text as the log itself: one line of the note. The key's name is the origin. */
export function signCheckpoint(checkpoint: Checkpoint, privateKey: KeyObject): string {
  const { name, id } = vkeyOf(checkpoint.origin, ED25519, privateKey);
  return formatSignatureLine(name, id, sign(null, Buffer.from(formatCheckpoint(checkpoint)), privateKey));
}

/** Cosigns a checkpoint's text as a witness at a time (C2SP tlog-cosignature, `cosignature/v1`): one line for its note. */
export function cosign(text: string, witness: { readonly name: string; readonly privateKey: KeyObject }, at: Date): string {
  const { name, id } = vkeyOf(witness.name, COSIGNATURE, witness.privateKey);
  const seconds = Math.floor(at.getTime() / 1000);
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(BigInt(seconds));
  return formatSignatureLine(name, id, Buffer.concat([time, sign(null, cosignedBytes(text, BigInt(seconds)), witness.privateKey)]));
}

const TIME_BYTES = 8;
const cosignedBytes = (text: string, seconds: bigint): Buffer => Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);

/** A checkpoint that a trusted key of its own log has signed. */
export interface OpenedCheckpoint extends Checkpoint {
  readonly note: Note;
  /** Vkeys of the log that signed it. */
  readonly signers: readonly Vkey[];
  /** Vkeys of trusted witnesses that cosigned it. */
  readonly witnesses: readonly Vkey[];
}

/** Signed by none of the trusted keys: nothing that it says may be believed. */
export class UnknownSigner extends Error {
  override readonly name = "UnknownSigner";
}

/**
 * Reads a checkpoint and verifies it, trusting the given keys: those of type COSIGNATURE as witnesses, the others as keys of a log of their name.
 * Signatures of other keys are passed over. Throws `UnknownSigner` where no trusted key of the log signed it, an error where it is malformed or
 * where the signature of a trusted key is not genuine.
 */
export function openCheckpoint(bytes: Uint8Array | string, trusted: readonly Vkey[]): OpenedCheckpoint {
  const note = parseNote(bytes);
  const checkpoint = parseCheckpoint(note.text);
  const fitting = trusted.filter((key) => note.signatures.some((signature) => signature.name === key.name && signature.id === key.id));
  for (const key of fitting) if (!isSignedBy(note, key)) throw new Error(`the signature of ${key.name} is not genuine: the checkpoint was altered`);
  const signers = fitting.filter(({ type, name }) => type === ED25519 && name === checkpoint.origin);
  if (signers.length === 0) throw new UnknownSigner(`none of the trusted keys signed the checkpoint of ${checkpoint.origin}`);
  return { ...checkpoint, note, signers, witnesses: fitting.filter(({ type }) => type === COSIGNATURE) };
}

/** Whether the note has a signature of this key; every one that claims to be the key's has to be. */
export function isSignedBy({ text, signatures }: Note, key: Vkey): boolean {
  const own = signatures.filter(({ name, id }) => name === key.name && id === key.id);
  return own.length > 0 && own.every((signature) => (key.type === ED25519 ? isPlain(text, signature, key) : isTimed(text, signature, key)));
}

const isPlain = (text: string, { signature }: NoteSignature, { publicKey }: Vkey): boolean => verify(null, Buffer.from(text), publicKey, signature);

function isTimed(text: string, { signature }: NoteSignature, { publicKey }: Vkey): boolean {
  if (signature.length <= TIME_BYTES) return false;
  const seconds = signature.readBigUInt64BE(0);
  return seconds > 0n && seconds < 2n ** 63n && verify(null, cosignedBytes(text, seconds), publicKey, signature.subarray(TIME_BYTES));
}
