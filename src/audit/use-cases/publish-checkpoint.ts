import { actAs } from "../../platform/database/roles";
import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { type Checkpoint, formatCheckpoint, parseCheckpoint } from "../../protocol/tlog/checkpoint";
import { type FilledTile, growTiles, openTiles } from "../../protocol/tlog/growing-tiles";
import { parseNote } from "../../protocol/tlog/signed-note";
import { openRemembered } from "../checkpoint-model";
import { openSigner } from "../outbound/checkpoint-signer";
import { findBreak, type LogBreak } from "../signing-model";
import { HighWater } from "../storage/high-water";
import { readTiles } from "../storage/log-queries";
import { SEQUENCER } from "../storage/log-roles";
import { readSigningState, type SigningState } from "../storage/signing-queries";
import { insertCheckpoint, readLeafHashes, settleOrigin, takeTree, writeTiles } from "../storage/tree-store";
import { rootAt, standingOf } from "./examine-log";

/** Leaves in one run: some hundred milliseconds of work. */
const MOST_LEAVES = 65_536;

/** No checkpoint is signed, because of a break or because the signer itself, or the disk with the high-water mark, fails. */
export class SignerStopped extends Error {
  override readonly name = "SignerStopped";

  constructor(
    readonly reason: LogBreak["reason"] | "SIGNER" | "FILE",
    sentence: string,
  ) {
    super(sentence);
  }
}

/**
 * Lets the tree grow by the entries that have their places, 65,536 at most, and signs a checkpoint of it. Answers true where there is more to do at
 * once, undefined where another process has the tree in hand. Writes audit_tiles, audit_tree, audit_checkpoints and, with the first checkpoint, the
 * log's origin; nothing where nothing is new. The high-water mark is durable before the checkpoint is committed: after a crash in between the next run
 * comes to the same tree. Throws `SignerStopped` where the database does not go on from the high-water mark; the tree grows, nothing is signed.
 */
export async function publishCheckpoint(deps: Deps): Promise<boolean | undefined> {
  const highWater = new HighWater(deps.config.keysFile);
  if (isPublished(await readSigningState(deps.db), await onDisk(highWater, highWater.read()))) return false;
  const outcome = await deps.transaction(async (tx) => {
    await actAs(tx, SEQUENCER);
    const size = await takeTree(tx);
    return size === undefined ? undefined : publishPortion(tx, size, highWater);
  });
  // Only now: the tree has grown, and is not to do so again.
  if (outcome instanceof SignerStopped) throw outcome;
  return outcome;
}

const isPublished = ({ treeSize, nextIndex, newestSize, newestNote }: SigningState, mark: string | undefined): boolean =>
  treeSize === nextIndex && newestSize === treeSize && newestNote === mark;

async function publishPortion(tx: Tx, size: number, highWater: HighWater): Promise<boolean | SignerStopped> {
  await onDisk(highWater, highWater.revokeClaims());
  const mark = await onDisk(highWater, highWater.read());
  const before = await readSigningState(tx);
  const treeSize = Math.min(before.nextIndex, size + MOST_LEAVES);
  await growTree(tx, size, treeSize);

  const more = treeSize < before.nextIndex;
  const standing = standingOf(tx, mark, { ...before, treeSize });
  const found = await findBreak(standing);
  if (found === "UNKNOWN") return more;
  if (found !== undefined) return new SignerStopped(found.reason, found.sentence);
  const checkpoint = { origin: standing.origin, size: treeSize, root: await rootAt(tx, treeSize) };
  if (before.newestSize === treeSize) {
    await raise(tx, mark, { ...checkpoint, note: before.newestNote! }, highWater);
    return more;
  }
  const lines = await sign(tx, checkpoint);
  if (lines instanceof SignerStopped) return lines;
  await publish(tx, checkpoint, `${formatCheckpoint(checkpoint)}\n${lines}`, highWater);
  return more;
}

/** Lets tiles of all levels grow by the leaves [from, to). */
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

const sign = ({ config, keyring }: Tx, checkpoint: Checkpoint): Promise<string | SignerStopped> =>
  openSigner(config, keyring)
    .sign(checkpoint)
    .catch((error: Error) => new SignerStopped("SIGNER", `the audit log's checkpoint of ${checkpoint.size} entries could not be signed: ${error.message}`));

/** Another process, with a mark of its own beside its copy of the keys, has signed meanwhile: what it signed binds us, too. */
async function raise(tx: Tx, mark: string | undefined, { origin, size, root, note }: Checkpoint & { readonly note: string }, highWater: HighWater): Promise<void> {
  if (mark !== undefined && parseCheckpoint(parseNote(mark).text).size >= size) return;
  const found = openRemembered(note, origin, openSigner(tx.config, tx.keyring).vkeys(origin));
  if (found instanceof Error || found.size !== size || !found.root.equals(root)) return;
  const claim = await onDisk(highWater, highWater.claim(note, tx.ids.uuid()));
  await readSigningState(tx);
  await highWater.replace(claim);
}

const onDisk = <T>({ file }: HighWater, work: Promise<T>): Promise<T> =>
  work.catch(({ code = "?" }: NodeJS.ErrnoException) => {
    throw new SignerStopped("FILE", `the high-water mark ${file} cannot be read or written (${code}): until it can, no checkpoint is signed`);
  });

async function publish(tx: Tx, checkpoint: Checkpoint, note: string, highWater: HighWater): Promise<void> {
  const claim = await onDisk(highWater, highWater.claim(note, tx.ids.uuid()));
  await settleOrigin(tx, checkpoint.origin);
  await insertCheckpoint(tx, checkpoint, note);
  await highWater.replace(claim);
}
