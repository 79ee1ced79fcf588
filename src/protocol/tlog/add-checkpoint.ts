import { HASH_BYTES } from "./merkle-tree";
import { exactBase64 } from "./signed-note";

/** What a log sends to a witness, to have a checkpoint cosigned (C2SP tlog-witness, `add-checkpoint`). */
export interface AddCheckpoint {
  /** Leaves in the tree that the witness cosigned last; 0 where it never did. */
  readonly oldSize: number;
  /** That the checkpoint's tree extends that one. */
  readonly proof: readonly Buffer[];
  /** Signed note. */
  readonly checkpoint: Buffer;
}

/** The type of a 409's body: the size that the witness cosigned last, and a line end. */
export const SIZE_TYPE = "text/x.tlog.size";

const MOST_HASHES = 63;
const SIZE = /^(0|[1-9]\d{0,15})$/;

export const formatAddCheckpoint = ({ oldSize, proof, checkpoint }: AddCheckpoint): Buffer =>
  Buffer.concat([Buffer.from([`old ${oldSize}`, ...proof.map((hash) => hash.toString("base64")), "", ""].join("\n")), checkpoint]);

/** Reads all but the note. Throws an error that says what is wrong with the form. */
export function parseAddCheckpoint(body: Buffer): AddCheckpoint {
  const end = body.indexOf("\n\n");
  if (end < 0) throw new Error("there is no empty line before the checkpoint");
  const [first = "", ...lines] = body.subarray(0, end).toString("latin1").split("\n");
  const oldSize = first.startsWith("old ") ? parseSize(first.slice("old ".length)) : undefined;
  if (oldSize === undefined) throw new Error("the first line is not `old` and a size");
  if (lines.length > MOST_HASHES) throw new Error("the proof has too many hashes");
  const proof = lines.map((line) => exactBase64(line, "a hash of the proof is not canonical base64"));
  if (proof.some((hash) => hash.length !== HASH_BYTES)) throw new Error("a hash of the proof does not have 32 bytes");
  return { oldSize, proof, checkpoint: body.subarray(end + 2) };
}

/** The size of a tree as it is written; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const size = SIZE.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(size) ? size : undefined;
}
