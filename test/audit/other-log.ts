import { generateKeyPairSync } from "node:crypto";
import { formatAddCheckpoint } from "../../src/protocol/tlog/add-checkpoint";
import { formatCheckpoint, signCheckpoint } from "../../src/protocol/tlog/checkpoint";
import { foldLevel, leafHash, readRoot, type Subtree } from "../../src/protocol/tlog/merkle-tree";
import { proveConsistency } from "../../src/protocol/tlog/proofs";
import { ED25519, type Vkey, vkeyOf } from "../../src/protocol/tlog/signed-note";

/** Somebody else's log, with a checkpoint for any size up to 300. Logs of one name and another story are forks. */
export interface OtherLog {
  readonly vkey: Vkey;
  root(size: number): Promise<Buffer>;
  /** Signed note of the tree of this size, or of another root. */
  note(size: number, root?: Buffer): Promise<string>;
  /** The body of `add-checkpoint`. */
  submission(oldSize: number, size: number): Promise<Buffer>;
}

export function createOtherLog(origin: string, { story = "first", privateKey = generateKeyPairSync("ed25519").privateKey } = {}): OtherLog {
  const leaves = Array.from({ length: 300 }, (_, at) => leafHash(Buffer.from(`${story} ${at}`)));
  const read = async (subtrees: readonly Subtree[]): Promise<Buffer[]> =>
    subtrees.map(({ height, index }) => foldLevel(leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)));
  const log: OtherLog = {
    vkey: vkeyOf(origin, ED25519, privateKey),
    root: (size) => readRoot(size, read),
    note: async (size, root) => {
      const checkpoint = { origin, size, root: root ?? (await log.root(size)) };
      return `${formatCheckpoint(checkpoint)}\n${signCheckpoint(checkpoint, privateKey)}`;
    },
    submission: async (oldSize, size) =>
      formatAddCheckpoint({ oldSize, proof: oldSize < size ? await proveConsistency(oldSize, size, read) : [], checkpoint: Buffer.from(await log.note(size)) }),
  };
  return log;
}
