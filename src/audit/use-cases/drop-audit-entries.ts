import { actAs } from "../../platform/database/roles";
import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { badInput } from "../../platform/errors";
import { formatLeafRanges } from "../../protocol/tlog/leaf-ranges";
import type { LeafRange } from "../../protocol/tlog/merkle-tree";
import { deleteAccessed, lockAccessed } from "../../subjects";
import { DROP_ACTION, KEPT_ACTIONS } from "../dropped-model";
import { insertAuditEntries } from "../storage/audit-store";
import { deleteEntries, findDroppable, findNamedPids, findUnfinishedDrops, insertDroppedRanges, lockDrops } from "../storage/drop-store";
import { KEEPER } from "../storage/log-roles";
import { sealEntry } from "./seal-entry";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Ranges that one entry names: their text fits into it however large the log is. */
const MOST_RANGES = 1000;
/** Entries that one transaction deletes: some tens of milliseconds. */
const PORTION = 2000;

export interface DropAuditEntries {
  readonly actor: string;
  /** Entries are dropped that a checkpoint signed by then covers. */
  readonly before: Date;
}

/** What is dropped. */
export interface DroppedAuditEntries {
  /** `leaves:FROM-TO`, which the (first) entry of the drop is about; null where there was nothing to drop. */
  readonly id: string | null;
  readonly ranges: number;
  readonly entries: number;
}

/**
 * Ends the time of entries: those that the newest checkpoint signed by `before` covers, except the entries that say what was dropped, recovered or
 * erased, around which the ranges are split. Their leaf hashes stay, and so does every proof made before.
 * Only logs the ranges, with an entry for each 1,000 of them; `finishDrops` deletes what they name once a checkpoint covers that entry, so that nobody finds
 * entries missing whose drop cannot be proven yet. Refuses (BAD_USER_INPUT) what lies less than 24 hours back. Writes audit_dropped_ranges.
 */
export async function dropAuditEntries(deps: Deps, { actor, before }: DropAuditEntries): Promise<DroppedAuditEntries> {
  if (before.getTime() > deps.clock.now().getTime() - DAY_MS) throw badInput("before: must lie at least 24 hours back");
  const ranges = await deps.transaction((tx) => logDrop(tx, { actor, before }));
  const entries = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  return { id: ranges.length === 0 ? null : nameOf(ranges.slice(0, MOST_RANGES)), ranges: ranges.length, entries };
}

/**
 * Deletes the entries of dropped ranges, where a checkpoint covers the entry that names them, with what they are searched by and the persons whom no
 * other entry names; in portions, so that it may be interrupted. Answers how many. Deletes from audit_entries, audit_entry_facts, audit_entry_subjects,
 * access_event_ids, accessed_subjects.
 */
export async function finishDrops(deps: Deps): Promise<number> {
  let deleted = 0;
  for (const portion of portionsOf(await findUnfinishedDrops(deps.db))) deleted += await deps.transaction((tx) => deletePortion(tx, portion));
  return deleted;
}

async function logDrop(tx: Tx, { actor, before }: DropAuditEntries): Promise<LeafRange[]> {
  await actAs(tx, KEEPER);
  await lockDrops(tx);
  const ranges = await findDroppable(tx, { before, kept: KEPT_ACTIONS });
  for (let at = 0; at < ranges.length; at += MOST_RANGES) {
    const named = ranges.slice(at, at + MOST_RANGES);
    const entry = sealEntry(tx.ids, { action: DROP_ACTION, actor, object: nameOf(named), source: formatLeafRanges(named) }, tx.now);
    insertAuditEntries(tx, [entry]);
    await insertDroppedRanges(tx, named, entry.id);
  }
  return ranges;
}

/** From the first leaf to the one after the last. */
const nameOf = (ranges: readonly LeafRange[]): string => `leaves:${ranges[0]!.from}-${ranges.at(-1)!.to}`;

/** The leaves of all ranges, 2,000 at a time. */
function* portionsOf(ranges: readonly LeafRange[]): Generator<number[]> {
  let portion: number[] = [];
  for (const { from, to } of ranges) {
    for (let leaf = from; leaf < to; leaf += 1) {
      if (portion.push(leaf) < PORTION) continue;
      yield portion;
      portion = [];
    }
  }
  if (portion.length > 0) yield portion;
}

async function deletePortion(tx: Tx, leaves: readonly number[]): Promise<number> {
  await actAs(tx, KEEPER);
  const { entries, pids } = await deleteEntries(tx, leaves);
  // In this order: whoever is about to name one of them holds its row, and is seen as soon as it has let go.
  const unused = new Set(await lockAccessed(tx, pids));
  for (const pid of await findNamedPids(tx, [...unused])) unused.delete(pid);
  await deleteAccessed(tx, [...unused]);
  return entries;
}
