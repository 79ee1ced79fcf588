import type { OpenedCheckpoint } from "./checkpoint";
import { leafHash } from "./merkle-tree";
import { verifyInclusion } from "./proofs";
import { parseTlogProof, type TlogProof } from "./tlog-proof";
import { Fault, judged, type Knowledge, type NotVerified, openOrFault, openRemembered } from "./verification";

/** An entry that stands in a log, as its signed checkpoint says. */
export interface VerifiedProof {
  readonly verdict: "GENUINE";
  readonly index: number;
  /** The exact bytes that were hashed. */
  readonly entry: Buffer;
  readonly checkpoint: OpenedCheckpoint;
  /** The remembered checkpoint, where this proof alone shows that both are of one tree: only if they have the same size. */
  readonly since?: OpenedCheckpoint;
}

interface ProofKnowledge extends Knowledge {
  /** The entry's bytes, for proofs that do not carry them. */
  readonly entry?: Buffer;
}

/**
 * Verifies a proof of one entry (`c2sp.org/tlog-proof@v1`): its form, the signature of its checkpoint, and that the entry is the leaf of that index.
 * FAULTY as well where nobody says what the entry is, for then nothing is proven about one.
 */
export const verifyProof = (text: string, knowledge: ProofKnowledge): VerifiedProof | NotVerified => judged(() => checkProof(text, knowledge));

/** The same; throws a `Fault` or `UnknownSigner`. */
export function checkProof(text: string, knowledge: ProofKnowledge): VerifiedProof {
  const proof = parseOrFault(text);
  const entry = checkEntry(proof, knowledge.entry);
  const checkpoint = openOrFault(proof.checkpoint, knowledge.keys, "the checkpoint");
  checkInclusion(proof, entry, checkpoint);
  const since = openRemembered(knowledge, checkpoint);
  if (since?.size === checkpoint.size && !since.root.equals(checkpoint.root)) {
    throw new Fault("the remembered checkpoint has the same size and another root: the log was rewritten or forked");
  }
  return { verdict: "GENUINE", index: proof.index, entry, checkpoint, ...(since?.size === checkpoint.size && { since }) };
}

/** Reads a proof; a `Fault` where it is malformed. */
export function parseOrFault(text: string): TlogProof {
  try {
    return parseTlogProof(text);
  } catch (error) {
    throw new Fault((error as Error).message);
  }
}

/** A `Fault` unless the entry is the leaf that the proof leads from to the root. */
export function checkInclusion({ index, hashes }: TlogProof, entry: Buffer, { size, root }: Pick<OpenedCheckpoint, "size" | "root">): void {
  if (!verifyInclusion({ index, size, root, leaf: leafHash(entry), proof: hashes })) {
    throw new Fault("the proof does not lead from the entry to the root of the checkpoint: one of them was altered", index);
  }
}

function checkEntry({ extra }: TlogProof, known: Buffer | undefined): Buffer {
  if (extra && known && !extra.equals(known)) throw new Fault("the proof is of another entry than the one given");
  const entry = extra ?? known;
  if (entry === undefined) throw new Fault("the proof does not carry its entry, and without it proves nothing about one: give the entry's bytes");
  return entry;
}
