import type { OpenedCheckpoint } from "./checkpoint";
import { type DroppedEntries, readDroppedEntries } from "./dropped-ranges";
import { LogFiles, readAhead, type ReadLogFile } from "./log-files";
import { GrowingTree, HASH_BYTES, leafHash } from "./merkle-tree";
import { TILE_WIDTH, widthIn } from "./tiles";
import { UpperTiles } from "./upper-tiles";
import { Fault, type Knowledge, type NotVerified, notVerified, openOrFault, openRemembered } from "./verification";

/** A log whose files agree with each other, with its signed checkpoint, and with what was remembered of it. */
export interface VerifiedLog {
  readonly verdict: "GENUINE";
  readonly checkpoint: OpenedCheckpoint;
  readonly since?: OpenedCheckpoint;
  /** Entries that were there, each the one that was hashed. 0: none were disclosed, only their hashes were checked. */
  readonly disclosed: number;
  /** Entries that are gone, as the log itself says. */
  readonly dropped: number;
}

/**
 * Verifies a whole log from its static files (C2SP tlog-tiles): the signature of its checkpoint, every tile of every level, the root, that it
 * extends the remembered checkpoint, and every entry against its leaf. `verifyLog(read, { keys, since })`; pure, so that it runs on a directory, a
 * server or a map of files alike, in constant memory.
 *
 * FAULTY names the first leaf at which something is wrong: an entry or a hash that differs, a missing or cut tile, an entry that is missing while
 * others are disclosed and no range of `dropped`, backed by an entry of the log, covers it. Where only the whole tells that something is wrong (the
 * root, the size, the signature), the index is the remembered size, or 0 where what was remembered is contradicted or nothing is remembered.
 * What cannot be told from the files: whether entries follow the checkpoint, and whether all entries together were withheld (`disclosed` is 0).
 */
export const verifyLog = (read: ReadLogFile, knowledge: Knowledge): Promise<VerifiedLog | NotVerified> =>
  new LogCheck(new LogFiles(read), knowledge).run().catch(notVerified);

class LogCheck {
  private readonly tree = new GrowingTree();
  private disclosed = 0;
  private droppedEntries = 0;
  /** The first entry that is not there although no range covers it: fine only if none is. */
  private missing: number | undefined;

  private checkpoint!: OpenedCheckpoint;
  private remembered: OpenedCheckpoint | undefined;
  private dropped!: DroppedEntries;
  private upper!: UpperTiles;

  constructor(
    private readonly files: LogFiles,
    private readonly knowledge: Knowledge,
  ) {}

  async run(): Promise<VerifiedLog> {
    await this.openCheckpoint();
    const { size, root } = this.checkpoint;
    this.dropped = await readDroppedEntries(this.files, size);
    this.upper = new UpperTiles(this.files, size);
    const tiles = readAhead(Math.ceil(size / TILE_WIDTH), (tile) => this.readLeaves(tile));
    for await (const leaves of tiles) await this.checkLeaves(leaves);
    if (!this.tree.root().equals(root)) {
      throw new Fault("the root of the tree is not the one of the checkpoint", this.remembered?.size ?? 0);
    }
    const { checkpoint, remembered: since, disclosed, droppedEntries: dropped } = this;
    return { verdict: "GENUINE", checkpoint, disclosed, dropped, ...(since && { since }) };
  }

  private async openCheckpoint(): Promise<void> {
    const { keys, since } = this.knowledge;
    const note = await this.files.checkpoint();
    const goodUpTo = since === undefined ? 0 : openOrFault(since, keys, "the remembered checkpoint").size;
    if (note === undefined) throw new Fault("there is no checkpoint: is this the place of an audit log?", goodUpTo);
    this.checkpoint = openOrFault(note, keys, "the checkpoint", goodUpTo);
    this.remembered = openRemembered(this.knowledge, this.checkpoint);
    if (goodUpTo > this.checkpoint.size) {
      throw new Fault(`the log has ${this.checkpoint.size} leaves, and had ${goodUpTo} before: it was cut, or shows an old checkpoint`, this.checkpoint.size);
    }
  }

  /** The hashes of up to 256 leaves, and their entries as far as they are there. */
  private async readLeaves(tile: number): Promise<Leaves> {
    const first = tile * TILE_WIDTH;
    const width = widthIn(this.checkpoint.size, 0, tile);
    const [hashes, bundle] = await Promise.all([this.files.tile({ level: 0, tile, width }), this.files.entries({ tile, width })]);
    if (bundle !== undefined || !this.dropped.leaves.touches({ from: first, to: first + width })) return { first, width, hashes, bundle };
    const survivors = Array.from({ length: width }, async (_, at) => (this.dropped.leaves.has(first + at) ? undefined : this.files.entry(first + at)));
    return { first, width, hashes, bundle: (await Promise.all(survivors)).values() };
  }

  private async checkLeaves({ first, width, hashes, bundle }: Leaves): Promise<void> {
    if (hashes === undefined) throw new Fault("the tile of its hash is missing", first);
    const leaves = Array.from({ length: width }, (_, at) => hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
    for (const [at, hash] of leaves.entries()) {
      if (hash.length < HASH_BYTES) throw new Fault("its hash is missing: the tile ends before it", first + at);
      this.checkEntry(first + at, hash, nextOf(bundle, first + at));
    }
    if (hashes.length !== width * HASH_BYTES) throw new Fault("the tile of its hash is longer than it has to be", first + width - 1);
    if (nextOf(bundle, first + width) !== undefined) throw new Fault("the bundle of its entry holds more entries than it has to", first + width - 1);
    // Tells where, before a root tells only that.
    if (width === TILE_WIDTH) await this.upper.check(first / TILE_WIDTH, hashes);
    for (const hash of leaves) this.append(hash);
  }

  private checkEntry(index: number, hash: Buffer, entry: Buffer | undefined): void {
    const backing = this.dropped.backing.get(index);
    if (backing && !backing.equals(hash)) throw new Fault("the entry, on whose word others are missing, is not the one that was hashed", index);
    if (entry !== undefined) {
      if (!leafHash(entry).equals(hash)) throw new Fault("the entry is not the one that was hashed", index);
      this.disclosed += 1;
    } else if (this.dropped.leaves.has(index)) this.droppedEntries += 1;
    else this.missing ??= index;
    if (this.missing !== undefined && this.disclosed > 0) {
      throw new Fault("the entry is missing, and no entry of the log says that it was dropped", this.missing);
    }
  }

  private append(hash: Buffer): void {
    this.tree.append(hash);
    if (this.tree.size === this.remembered?.size && !this.tree.root().equals(this.remembered.root)) {
      throw new Fault(`the first ${this.tree.size} leaves are not those of the remembered checkpoint: the log was rewritten or forked`, 0);
    }
  }
}

interface Leaves {
  readonly first: number;
  readonly width: number;
  readonly hashes: Buffer | undefined;
  readonly bundle: Iterator<Buffer | undefined> | undefined;
}

function nextOf(bundle: Iterator<Buffer | undefined> | undefined, index: number): Buffer | undefined {
  try {
    return bundle?.next().value as Buffer | undefined;
  } catch (error) {
    throw new Fault((error as Error).message, index);
  }
}
