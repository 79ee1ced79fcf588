import { LeafSet, parseLeafRanges } from "./leaf-ranges";
import type { LogFiles } from "./log-files";
import { type LeafRange, leafHash } from "./merkle-tree";
import { TILE_WIDTH, widthIn } from "./tiles";
import { Fault } from "./verification";

/** One member of the file `dropped`: whose entries are gone, and the leaf of the entry that says so. */
interface ListedRange extends LeafRange {
  readonly entry: number;
}

/** The action of entries that name dropped ranges, in their source. */
const DROP_ACTION = "audit.drop-audit-entries";

/** Which entries may be missing. */
export interface DroppedEntries {
  readonly leaves: LeafSet;
  /** Hashes of the leaves on whose word they may: they have to be the log's. */
  readonly backing: ReadonlyMap<number, Buffer>;
}

/**
 * Reads the file `dropped` of a log of this size, and the entries that it names. A range whose entry cannot be read, or is not under the
 * checkpoint, does not count. A `Fault` where the list is malformed, or an entry that it names says something else.
 */
export async function readDroppedEntries(files: LogFiles, size: number): Promise<DroppedEntries> {
  const bytes = await files.dropped();
  const listed = bytes === undefined ? [] : parseList(bytes);
  const backing = new Map<number, Buffer>();
  const ranges: LeafRange[] = [];
  for (const [index, claimed] of byEntry(listed)) {
    const entry = index < size ? await readEntry(files, size, index) : undefined;
    if (entry === undefined) continue;
    const named = rangesNamedBy(entry, index);
    const stray = claimed.find((range) => !named.some(({ from, to }) => from <= range.from && range.to <= to));
    if (stray) throw new Fault(`the list of dropped ranges names leaves that entry ${index} does not name`, stray.from);
    backing.set(index, leafHash(entry));
    ranges.push(...claimed);
  }
  return { leaves: new LeafSet(ranges), backing };
}

/**
 * The ranges that an entry of retention at this index names; none for other entries. What was dropped was logged before: who names leaves to come
 * would have an excuse for whatever goes missing later.
 */
export function rangesNamedBy(entry: Buffer, index: number): LeafRange[] {
  try {
    const { action, outcome, source } = JSON.parse(entry.toString("utf8")) as Partial<Record<string, unknown>>;
    const ranges = (action === DROP_ACTION && outcome === "ok" && typeof source === "string" && parseLeafRanges(source)) || [];
    return ranges.filter(({ to }) => to <= index);
  } catch {
    return [];
  }
}

function byEntry(listed: readonly ListedRange[]): Map<number, ListedRange[]> {
  const grouped = new Map<number, ListedRange[]>();
  for (const range of listed) {
    const others = grouped.get(range.entry);
    if (others) others.push(range);
    else grouped.set(range.entry, [range]);
  }
  return grouped;
}

function parseList(bytes: Buffer): ListedRange[] {
  try {
    const list: unknown = JSON.parse(bytes.toString("utf8"));
    if (Array.isArray(list) && list.every(isListedRange)) return list;
  } catch {
    // Malformed, like what is no list.
  }
  throw new Fault("the list of dropped ranges is malformed", 0);
}

function isListedRange(value: unknown): value is ListedRange {
  const { from, to, entry } = (value ?? {}) as Partial<Record<string, unknown>>;
  return [from, to, entry].every((number) => Number.isSafeInteger(number) && (number as number) >= 0) && (from as number) < (to as number);
}

async function readEntry(files: LogFiles, size: number, index: number): Promise<Buffer | undefined> {
  const tile = Math.floor(index / TILE_WIDTH);
  const bundle = await files.entries({ tile, width: widthIn(size, 0, tile) });
  if (bundle === undefined) return files.entry(index);
  try {
    return [...bundle][index % TILE_WIDTH];
  } catch {
    return undefined;
  }
}
