import type { LogFiles } from "./log-files";
import { type LeafRange, leafHash } from "./merkle-tree";
import { parseLeafRanges } from "./leaf-ranges";
import { TILE_WIDTH, widthIn } from "./tiles";
import { Fault } from "./verification";

/** One line of the file `dropped`: whose entries are gone, and the leaf of the entry that says so. */
interface ListedRange extends LeafRange {
  readonly entry: number;
}

/** The action of entries that name dropped ranges. */
const DROP_ACTION = "audit.drop-audit-entries";

/** Ranges of leaves whose entries may be missing, because entries of the log say that they were dropped. */
export class DroppedRanges {
  private constructor(
    /** In their order. */
    private readonly ranges: readonly LeafRange[],
    /** Hashes of the leaves on whose word the ranges stand: they have to be the log's. */
    readonly witnesses: ReadonlyMap<number, Buffer>,
  ) {}

  /**
   * Reads the file `dropped` of a log of this size and the entries that it names. A range whose entry cannot be read, or is not under the
   * checkpoint, does not count. A `Fault` where the list is malformed, or an entry that it names says something else.
   */
  static async read(files: LogFiles, size: number): Promise<DroppedRanges> {
    const bytes = await files.dropped();
    const listed = bytes === undefined ? [] : parseList(bytes);
    const witnesses = new Map<number, Buffer>();
    const ranges: LeafRange[] = [];
    for (const [index, claimed] of byEntry(listed)) {
      const entry = index < size ? await readEntry(files, size, index) : undefined;
      if (entry === undefined) continue;
      const named = rangesNamedBy(entry);
      for (const range of claimed) {
        if (!named.some(({ from, to }) => from <= range.from && range.to <= to)) {
          throw new Fault(`the list of dropped ranges names leaves that entry ${index} does not name`, range.from);
        }
      }
      witnesses.set(index, leafHash(entry));
      ranges.push(...claimed);
    }
    return new DroppedRanges(ranges.sort((a, b) => a.from - b.from), witnesses);
  }

  /** Whether any of these leaves was dropped. */
  touch({ from, to }: LeafRange): boolean {
    return this.ranges.length > 0 && this.rangeBefore(to)?.to! > from;
  }

  has(index: number): boolean {
    return this.touch({ from: index, to: index + 1 });
  }

  /** The last range that begins before this leaf: it is the one that reaches farthest, for no leaf is dropped twice. */
  private rangeBefore(index: number): LeafRange | undefined {
    let [low, high] = [0, this.ranges.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.ranges[middle] as LeafRange).from < index) low = middle + 1;
      else high = middle;
    }
    return this.ranges[low - 1];
  }
}

function byEntry(listed: readonly ListedRange[]): Map<number, ListedRange[]> {
  const grouped = new Map<number, ListedRange[]>();
  for (const range of listed) grouped.set(range.entry, [...(grouped.get(range.entry) ?? []), range]);
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

/** The ranges that an entry of retention names; none for other entries. */
export function rangesNamedBy(entry: Buffer): LeafRange[] {
  try {
    const { action, source } = JSON.parse(entry.toString("utf8")) as { action?: unknown; source?: unknown };
    return (action === DROP_ACTION && typeof source === "string" && parseLeafRanges(source)) || [];
  } catch {
    return [];
  }
}
