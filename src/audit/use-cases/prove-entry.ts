import { setTimeout } from "node:timers/promises";
import type { Reader } from "../../platform/database/sql";
import type { Caller, Deps } from "../../platform/deps";
import { notFound, preconditionFailed } from "../../platform/errors";
import { isUuid } from "../../platform/ids";
import { proveInclusion } from "../../protocol/tlog/proofs";
import { hashesFromTiles, type Tile } from "../../protocol/tlog/tiles";
import { formatTlogProof } from "../../protocol/tlog/tlog-proof";
import { findLoggedEntry, findNewestCheckpoint, type LoggedEntry, noteOf, readTiles, type StoredCheckpoint } from "../storage/log-queries";
import { appendAuditEntry } from "./append-audit-entries";
import { readCheckpoint } from "./read-checkpoint";

/** Real time, because the clock may stand still. */
const LONGEST_WAIT_MS = 3_000;
const LOOK_EVERY_MS = 100;

/**
 * Proves that an entry stands in the log: a tlog-proof under the checkpoint that is shown, with the entry's bytes where the caller may read entries.
 * Waits up to 3 seconds for an entry that is under no checkpoint yet. Refuses: NOT_FOUND (no such entry, or retention took it away),
 * PRECONDITION_FAILED (still under no checkpoint). Writes one entry of the reading.
 */
export async function proveEntry(deps: Deps, { entry: id, caller }: { readonly entry: string; readonly caller: Caller }): Promise<string> {
  const { checkpoint, ...logged } = await awaitCheckpointOver(deps, id);
  return deps.transaction(async (tx) => {
    await appendAuditEntry(tx, { action: "audit.audit-proof", actor: caller.principal, object: id });
    return renderProof(checkpoint, logged, caller, (tiles) => readTiles(tx, tiles));
  });
}

/** The text of a proof (C2SP tlog-proof). The checkpoint has to cover the entry. */
export async function renderProof(
  checkpoint: StoredCheckpoint,
  { index, entry }: LoggedEntry,
  { permissions }: Pick<Caller, "permissions">,
  read: (tiles: readonly Tile[]) => Promise<readonly (Buffer | undefined)[]>,
): Promise<string> {
  const hashes = await proveInclusion(index, checkpoint.size, hashesFromTiles(checkpoint.size, read));
  const isEntitled = permissions.has("audit:read-entries") || permissions.has("audit:audit-entry");
  return formatTlogProof({ index, hashes, checkpoint: noteOf(checkpoint), ...(isEntitled && { extra: entry }) });
}

/** The checkpoint to prove an entry by; undefined if none covers it yet. */
export async function findCheckpointOver(reader: Reader, index: number): Promise<StoredCheckpoint | undefined> {
  const shown = await readCheckpoint(reader);
  if (index < shown.size) return shown;
  const newest = await findNewestCheckpoint(reader);
  return newest !== undefined && index < newest.size ? newest : undefined;
}

async function awaitCheckpointOver(deps: Deps, id: string): Promise<LoggedEntry & { readonly checkpoint: StoredCheckpoint }> {
  const deadline = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const logged = isUuid(id) ? await findLoggedEntry(deps.db, id) : undefined;
    if (logged === undefined) throw notFound("there is no entry of this id in the audit log");
    const checkpoint = logged && (await findCheckpointOver(deps.db, logged.index));
    if (logged && checkpoint) return { ...logged, checkpoint };
    if (performance.now() >= deadline) throw preconditionFailed("no checkpoint covers the entry yet: ask again in some seconds");
    await setTimeout(LOOK_EVERY_MS);
  }
}
