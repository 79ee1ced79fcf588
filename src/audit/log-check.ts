import type { Checkpoint } from "../protocol/tlog/checkpoint";
import { EMPTY_ROOT, leafHash } from "../protocol/tlog/merkle-tree";
import type { Vkey } from "../protocol/tlog/signed-note";
import { TILE_WIDTH } from "../protocol/tlog/tiles";
import { openRemembered, type StoredCheckpoint, wrongInCheckpoint } from "./checkpoint-model";
import { type DroppedRange, isBacked } from "./dropped-model";
import { contradictionIn, type StoredEntry } from "./entry-model";
import { FirstFault, type LogFault, type LogSummary } from "./fault-model";
import { tilesOf, TreeWalk } from "./tree-model";

/** How far the log says that it has come. */
export interface LogHead {
  readonly treeSize: number;
  readonly nextIndex: number;
  readonly origin: string | null;
}

/** A tile as it is, however long. */
export interface StoredTile {
  readonly level: number;
  readonly tile: number;
  readonly hashes: Buffer;
}

/** A stretch of the log, of some tiles of level 0 with all above them; in their order. */
export interface Stretch {
  readonly entries: readonly StoredEntry[];
  readonly tiles: readonly StoredTile[];
  /** Of trees that end within the stretch. */
  readonly checkpoints: readonly StoredCheckpoint[];
}

/** How much there is in all, wherever it belongs, and the first that lies beyond the log's end. */
export interface Totals {
  /** The first entry that searches pass over, because its combination of facts is not among those that they look into; null for none. */
  readonly hidden: number | null;
  readonly entryBeyond: number | null;
  readonly checkpointBeyond: number | null;
  readonly tiles: number;
  readonly facts: number;
  readonly subjects: number;
  /** Entries in the inbox, and the subjects that they name. */
  readonly waiting: number;
  readonly waitingSubjects: number;
}

/** Judges a log that is read to it from its first leaf to its last. */
export class LogCheck {
  private readonly fault = new FirstFault();
  private readonly tree: TreeWalk;
  private readonly remembered: Checkpoint | Error | undefined;
  private readonly count = { entries: 0, dropped: 0, checkpoints: 0, subjects: 0 };
  private lastGood = 0;
  /** Leaves below have been dropped, as far as the ranges up to `range` say. */
  private droppedTo = 0;
  private range = 0;

  constructor(
    private readonly head: LogHead,
    private readonly dropped: readonly DroppedRange[],
    private readonly trusted: readonly Vkey[],
    remembered: string | undefined,
  ) {
    this.tree = new TreeWalk(head.treeSize, (index, fault) => this.fault.report(index, fault));
    this.remembered = remembered === undefined ? undefined : openRemembered(remembered, head.origin, trusted);
    for (const range of dropped) this.checkRange(range);
  }

  /** Leaves to be read. */
  get end(): number {
    return Math.max(this.head.treeSize, this.head.nextIndex);
  }

  /** Goes on by the tiles [from, to) of level 0. */
  walk({ from, to }: { readonly from: number; readonly to: number }, { entries, tiles, checkpoints }: Stretch): void {
    const stored = new Map(tiles.map(({ level, tile, hashes }) => [`${level}/${tile}`, hashes]));
    const awaited = this.awaitedRoots(from * TILE_WIDTH, to * TILE_WIDTH, checkpoints);
    const roots = new Map<number, readonly Buffer[]>([[0, [EMPTY_ROOT]]]);
    let next = 0;
    for (let tile = from; tile < to && tile * TILE_WIDTH < this.end; tile += 1) {
      const first = tile * TILE_WIDTH;
      const end = Math.min(first + TILE_WIDTH, this.end);
      const leaves: (Buffer | undefined)[] = [];
      for (let index = first; index < end; index += 1) {
        const entry = entries[next]?.index === index ? entries[next++] : undefined;
        leaves.push(entry === undefined ? this.miss(index) : this.take(entry));
      }
      const sizes = awaited.map(({ size }) => size).filter((size) => size > first && size <= end);
      const found = this.tree.walk({ tile, entries: leaves, sizes }, ({ level, tile: number }) => stored.get(`${level}/${number}`));
      for (const [size, candidates] of found) roots.set(size, candidates);
    }
    for (const { size, judge } of awaited) judge(roots.get(size) ?? []);
  }

  /** What was found, once all is read. */
  conclude(totals: Totals): LogFault | LogSummary {
    const { treeSize, nextIndex } = this.head;
    const { entries, dropped, checkpoints, subjects } = this.count;
    const unless = (holds: boolean, index: number, fault: string): void => void (holds || this.fault.report(index, fault));
    unless(nextIndex >= treeSize, nextIndex, "the tree is larger than the log");
    unless(totals.hidden === null, totals.hidden ?? 0, "searches pass over the entry");
    unless(totals.entryBeyond === null, totals.entryBeyond ?? 0, "there is an entry beyond the end of the log");
    unless(totals.checkpointBeyond === null, treeSize, "there is a checkpoint of a larger tree than this one");
    unless(this.lastGood === treeSize, this.lastGood, "the tree's newest checkpoint is missing");
    unless(totals.tiles === tilesOf(treeSize), treeSize, "there are tiles of a larger tree than this one");
    unless(totals.facts === entries + totals.waiting, nextIndex, "some entries are to be found by search that are not in the log, or waiting entries are not");
    unless(totals.subjects === subjects + totals.waitingSubjects, nextIndex, "some subjects are named for no entry of the log");
    const { remembered } = this;
    if (remembered instanceof Error) this.fault.report(this.lastGood, `the checkpoint remembered outside of the database: ${remembered.message}`);
    else if (remembered !== undefined) unless(remembered.size <= this.end, this.end, `the log ends before the checkpoint of size ${remembered.size} that is remembered outside of the database`);
    const unprotected = nextIndex - treeSize + totals.waiting;
    return this.fault.found ?? { ok: true, size: treeSize, checkpoints, entries, dropped, unprotected, remembered: remembered instanceof Error ? null : (remembered?.size ?? null) };
  }

  private checkRange(range: DroppedRange): void {
    if (!isBacked(range)) this.fault.report(range.from, "entries were dropped, and the log does not say so");
    if (range.to > this.head.treeSize) this.fault.report(Math.max(range.from, this.head.treeSize), "entries were dropped that no checkpoint covers");
  }

  private take(entry: StoredEntry): Buffer {
    this.count.entries += 1;
    this.count.subjects += entry.subjects?.length ?? 0;
    const contradiction = contradictionIn(entry);
    if (contradiction !== undefined) this.fault.report(entry.index, contradiction);
    return leafHash(entry.bytes);
  }

  private miss(index: number): undefined {
    for (let range = this.dropped[this.range]; range !== undefined && range.from <= index; range = this.dropped[++this.range]) {
      this.droppedTo = Math.max(this.droppedTo, range.to);
    }
    if (index < this.droppedTo) this.count.dropped += 1;
    else this.fault.report(index, "the entry is missing");
  }

  /** Whoever says what the root is at a size in (after, to], the smallest first; 0 belongs to the first stretch. */
  private awaitedRoots(after: number, to: number, checkpoints: readonly StoredCheckpoint[]): { readonly size: number; judge(candidates: readonly Buffer[]): void }[] {
    const awaited = checkpoints.map((checkpoint) => ({ size: checkpoint.size, judge: (candidates: readonly Buffer[]) => this.judge(checkpoint, candidates) }));
    const { remembered } = this;
    if (remembered === undefined || remembered instanceof Error) return awaited;
    if (remembered.size > to || (remembered.size <= after && remembered.size + after > 0)) return awaited;
    const judge = (candidates: readonly Buffer[]): void => this.judgeRemembered(remembered, candidates);
    // Before the log's own of the same size, which may be as false as the tree.
    return [{ size: remembered.size, judge }, ...awaited].sort((one, other) => one.size - other.size);
  }

  private judge(checkpoint: StoredCheckpoint, candidates: readonly Buffer[]): void {
    const wrong = wrongInCheckpoint(checkpoint, this.head.origin, this.trusted) ?? (fits(checkpoint, candidates) ? undefined : "the tree has another root");
    if (wrong !== undefined) this.fault.report(this.lastGood, `the checkpoint of size ${checkpoint.size}: ${wrong}`);
    else this.lastGood = checkpoint.size;
    this.count.checkpoints += 1;
  }

  private judgeRemembered(checkpoint: Checkpoint, candidates: readonly Buffer[]): void {
    if (!fits(checkpoint, candidates)) this.fault.report(this.lastGood, `the checkpoint of size ${checkpoint.size} that is remembered outside of the database: the tree has another root`);
  }
}

/** Where nobody can tell the root any more, the reason is reported already. */
const fits = ({ root }: Checkpoint | StoredCheckpoint, candidates: readonly Buffer[]): boolean =>
  candidates.length === 0 || candidates.some((candidate) => candidate.equals(root));
