import { actAs } from "../../platform/database/roles";
import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { type Checkpoint, formatCheckpoint } from "../../protocol/tlog/checkpoint";
import { type FilledTile, growTiles, openTiles } from "../../protocol/tlog/growing-tiles";
import { hashesFromTiles } from "../../protocol/tlog/tiles";
import { readRoot } from "../../protocol/tlog/merkle-tree";
import { openSigner } from "../outbound/checkpoint-signer";
import { findBreak, type LogBreak } from "../signing-model";
import { HighWater } from "../storage/high-water";
import { readTiles } from "../storage/log-queries";
import { SEQUENCER } from "../storage/log-roles";
import { readSigningState, type SigningState } from "../storage/signing-queries";
import { insertCheckpoint, readLeafHashes, settleOrigin, takeTree, writeTiles } from "../storage/tree-store";

/** Leaves in one run: some hundred milliseconds of work. */
const MOST_LEAVES = 65_536;

/** Nothing is signed, and why. */
export class SignerStopped extends Error {
  override readonly name = "SignerStopped";

  constructor(readonly found: LogBreak) {
    super(found.sentence);
  }
}

/**
 * Lets the tree grow by the entries that have their places, 65,536 at most, and signs a checkpoint of it; answers whether there is more to do at once.
 * One process at a time: where another has the tree in hand, nothing is done. Writes audit_tiles, audit_tree, audit_checkpoints and, with the
 * first checkpoint, the log's origin; nothing where nothing is new. The high-water mark is durable before the checkpoint is committed:
 * after a crash in between the next run comes to the same tree. Throws `SignerStopped`, and publishes nothing, where the database does
 * not go on from the high-water mark.
 */
export async function publishCheckpoint(deps: Deps): Promise<boolean> {
  const highWater = new HighWater(deps.config.keysFile);
  if (isPublished(await readSigningState(deps.db), await highWater.read())) return false;
  const { stopped, more } = await deps.transaction(async (tx): Promise<Portion> => {
    await actAs(tx, SEQUENCER);
    const size = await takeTree(tx);
    return size === undefined ? { more: false } : publishPortion(tx, size, highWater);
  });
  if (stopped) throw new SignerStopped(stopped);
  return more;
}

const isPublished = ({ treeSize, nextIndex, newestSize, newestNote }: SigningState, mark: string | undefined): boolean =>
  treeSize === nextIndex && newestSize === treeSize && newestNote === mark;

interface Portion {
  readonly more: boolean;
  readonly stopped?: LogBreak;
}

async function publishPortion(tx: Tx, size: number, highWater: HighWater): Promise<Portion> {
  await highWater.revokeClaims();
  // Before the places are read: who wrote it had seen at least as many.
  const mark = await highWater.read();
  const state = await readSigningState(tx);
  const treeSize = Math.min(state.nextIndex, size + MOST_LEAVES);
  await growTree(tx, size, treeSize);

  const more = treeSize < state.nextIndex;
  const origin = state.origin ?? tx.config.auditOrigin;
  const signer = openSigner(tx.config, tx.keyring);
  const rootAt = (at: number): Promise<Buffer> => readRoot(at, hashesFromTiles(at, (tiles) => readTiles(tx, tiles)));
  const found = await findBreak({ ...state, file: highWater.file, note: mark, origin, treeSize, vkeysOf: signer.vkeys, rootAt });
  if (found === "UNKNOWN") return { more };
  if (found !== undefined) return { more: false, stopped: found };
  if (state.newestSize === treeSize) return { more };
  const checkpoint = { origin, size: treeSize, root: await rootAt(treeSize) };
  await publish(tx, checkpoint, `${formatCheckpoint(checkpoint)}\n${await signer.sign(checkpoint)}`, highWater);
  return { more };
}

async function growTree(tx: Tx, from: number, to: number): Promise<void> {
  if (from === to) return;
  const tiles = openTiles(from);
  const hashes = await readTiles(tx, tiles);
  const open = tiles.map((tile, at): FilledTile => {
    const found = hashes[at];
    if (found === undefined) throw new Error(`tile ${tile.level}/${tile.tile} of the audit log is missing or too short; run \`npx cadastre audit fsck\``);
    return { ...tile, hashes: found };
  });
  await writeTiles(tx, to, growTiles(from, open, await readLeafHashes(tx, { from, to })));
}

async function publish(tx: Tx, checkpoint: Checkpoint, note: string, highWater: HighWater): Promise<void> {
  const claim = await highWater.claim(note, tx.ids.uuid());
  await settleOrigin(tx, checkpoint.origin);
  await insertCheckpoint(tx, checkpoint, note);
  await highWater.replace(claim);
}
