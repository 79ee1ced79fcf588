import { actAs } from "../../platform/database/roles";
import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { preconditionFailed } from "../../platform/errors";
import { type Checkpoint, formatCheckpoint, parseCheckpoint } from "../../protocol/tlog/checkpoint";
import { parseNote } from "../../protocol/tlog/signed-note";
import { openSigner } from "../outbound/checkpoint-signer";
import { type BreakReason, findBreak, type LogBreak } from "../signing-model";
import { HighWater } from "../storage/high-water";
import { SEQUENCER } from "../storage/log-roles";
import { readSigningState } from "../storage/signing-queries";
import { awaitTree, settleOrigin } from "../storage/tree-store";
import { appendAuditEntry } from "./append-audit-entries";
import { rootAt, standingOf } from "./examine-log";

/** A break in the log, as it was recorded in it. */
export interface AuditRecovery {
  /** `log:<its name>`. */
  readonly id: string;
  readonly reason: BreakReason;
  /** What was wrong, with sizes. */
  readonly found: string;
  /** What is recorded: what the high-water mark said, and where the database stood. */
  readonly recorded: string;
  /** Entries under the newest checkpoint of the database: one of more entries that was signed before need not be extended by those to come. */
  readonly extendsUpTo: number;
}

/**
 * Ends a break: records it in the log, puts the old high-water mark aside as `<its file>.<time>`, and makes the database's tree the new one, from which
 * the signer goes on. Refuses (PRECONDITION_FAILED) where nothing is broken. The mark is replaced only once its entry is committed: after a crash in
 * between the break is still there, and is recorded again.
 */
export async function recoverAuditLog(deps: Deps, { actor }: { readonly actor: string }): Promise<AuditRecovery> {
  const recovery = await deps.transaction(async (tx) => {
    const { found, mark, tree, extendsUpTo } = await examine(tx);
    const id = `log:${tree.origin}`;
    if (found === undefined) throw preconditionFailed("audit log: nothing is broken, the database goes on from the high-water mark", id);
    const recorded = `${found.reason}: high-water mark ${mark === undefined ? "missing" : describe(mark)}; database ${describe(tree)}`;
    await appendAuditEntry(tx, { action: "audit.recover-audit-log", actor, object: id, source: recorded });
    return { id, reason: found.reason, found: found.sentence, recorded, extendsUpTo };
  });
  await deps.transaction(goOn);
  return recovery;
}

interface Examined {
  readonly found: LogBreak | undefined;
  readonly mark: string | undefined;
  /** Where the database stands: its leaves in the tiles. */
  readonly tree: Checkpoint;
  readonly extendsUpTo: number;
}

/** With the tree in hand, so that nobody signs meanwhile. */
async function examine(tx: Tx): Promise<Examined> {
  await actAs(tx, SEQUENCER);
  const size = await awaitTree(tx);
  const highWater = new HighWater(tx.config.keysFile);
  await highWater.revokeClaims();
  const mark = await highWater.read();
  const standing = standingOf(tx, mark, await readSigningState(tx));
  const found = await findBreak(standing);
  return {
    found: found === "UNKNOWN" ? undefined : found,
    mark,
    tree: { origin: standing.origin, size, root: await rootAt(tx, size) },
    extendsUpTo: standing.newestSize ?? 0,
  };
}

/** Nothing to do where another has done so meanwhile. */
async function goOn(tx: Tx): Promise<void> {
  const { found, tree } = await examine(tx);
  if (found === undefined) return;
  const highWater = new HighWater(tx.config.keysFile);
  const lines = await openSigner(tx.config, tx.keyring).sign(tree);
  const claim = await highWater.claim(`${formatCheckpoint(tree)}\n${lines}`, tx.ids.uuid());
  await settleOrigin(tx, tree.origin);
  await highWater.setAside(tx.now);
  await highWater.replace(claim);
}

const sizeAndRoot = ({ origin, size, root }: Checkpoint): string => `of ${origin}, ${size} entries, root ${root.toString("base64")}`;

function describe(said: Checkpoint | string): string {
  if (typeof said !== "string") return sizeAndRoot(said);
  try {
    return sizeAndRoot(parseCheckpoint(parseNote(said).text));
  } catch {
    return "not a checkpoint";
  }
}
