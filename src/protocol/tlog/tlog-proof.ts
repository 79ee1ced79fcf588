import { HASH_BYTES } from "./merkle-tree";
import { exactBase64 } from "./signed-note";

/** That a leaf stands in a log, with the checkpoint that says so (`c2sp.org/tlog-proof@v1`). */
export interface TlogProof {
  readonly index: number;
  readonly hashes: readonly Buffer[];
  /** Signed note, with cosignatures. */
  readonly checkpoint: string;
  /** The entry's bytes, where the reader may have them. */
  readonly extra?: Buffer;
}

const HEADER = "c2sp.org/tlog-proof@v1";
const MOST_HASHES = 63;

export const isTlogProof = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, HEADER.length + 1)).toString("latin1") === `${HEADER}\n`;

export const formatTlogProof = ({ index, hashes, checkpoint, extra }: TlogProof): string =>
  [HEADER, ...(extra ? [`extra ${extra.toString("base64")}`] : []), `index ${index}`, ...hashes.map((hash) => hash.toString("base64")), "", checkpoint].join("\n");

/** Reads a proof; proves nothing by itself. Throws an error that says what is wrong with its form. */
export function parseTlogProof(text: string): TlogProof {
  const end = text.indexOf("\n\n");
  if (end < 0) throw new Error("the proof has no empty line before its checkpoint");
  const [header, ...lines] = text.slice(0, end).split("\n");
  if (header !== HEADER) throw new Error(`the proof does not begin with ${HEADER}`);
  const extra = lines[0]?.startsWith("extra ") ? exactBase64(lines.shift()!.slice("extra ".length), "the proof's extra line is not canonical base64") : undefined;
  const [, index] = /^index (0|[1-9]\d*)$/.exec(lines.shift() ?? "") ?? [];
  if (index === undefined || !Number.isSafeInteger(Number(index))) throw new Error("the proof has no line `index N`");
  if (lines.length > MOST_HASHES) throw new Error("the proof has too many hashes");
  const hashes = lines.map((line) => exactBase64(line, "a hash of the proof is not canonical base64"));
  if (hashes.some((hash) => hash.length !== HASH_BYTES)) throw new Error("a hash of the proof does not have 32 bytes");
  return { index: Number(index), hashes, checkpoint: text.slice(end + 2), ...(extra && { extra }) };
}
