import type { Checkpoint, OpenedCheckpoint } from "./checkpoint";
import { type BundleHeader, lastLine, parseBundleHeader, parseDroppedLine } from "./audit-bundle";
import { rangesNamedBy } from "./dropped-ranges";
import { LeafSet } from "./leaf-ranges";
import { coverOf, EMPTY_ROOT, foldCover, GrowingTree, leafHash } from "./merkle-tree";
import { checkProof } from "./proof-verification";
import { Fault, type Knowledge, type NotVerified, notVerified, openOrFault, openRemembered } from "./verification";

/** A bundle that holds every entry between two signed checkpoints, none more and none less. */
export interface VerifiedBundle {
  readonly verdict: "GENUINE";
  readonly header: BundleHeader;
  /** Index of its first entry; the last one's is that before the size of `end`. */
  readonly start: number;
  readonly end: OpenedCheckpoint;
  /** The remembered checkpoint, where it lies between the two. */
  readonly since?: OpenedCheckpoint;
  readonly disclosed: number;
  /** Entries that are gone, as entries of the log say. */
  readonly dropped: number;
}

/**
 * Verifies an auditor's bundle from its lines, without line ends, in constant memory: both checkpoints are signed, the frontier is the start's, and
 * growing it by the entries gives the end's root; what was dropped is named by proven entries. FAULTY names the leaf at which an entry is missing;
 * where entries were altered, added, left out or moved, only the root tells it, of the whole.
 */
export const verifyBundle = (lines: AsyncIterable<Buffer>, knowledge: Knowledge): Promise<VerifiedBundle | NotVerified> =>
  checkBundle(lines, knowledge).catch(notVerified);

async function checkBundle(lines: AsyncIterable<Buffer>, knowledge: Knowledge): Promise<VerifiedBundle> {
  let check: BundleCheck | undefined;
  for await (const line of lines) {
    if (check === undefined) check = new BundleCheck(parseBundleHeader(line), knowledge);
    else check.take(line);
  }
  if (check === undefined) throw new Fault("the bundle is empty");
  return check.finish();
}

class BundleCheck {
  private readonly start: Checkpoint;
  private readonly end: OpenedCheckpoint;
  private readonly remembered: OpenedCheckpoint | undefined;
  private readonly gone: LeafSet;
  private readonly tree: GrowingTree;
  private disclosed = 0;
  private dropped = 0;
  private hasEnded = false;

  constructor(
    private readonly header: BundleHeader,
    private readonly knowledge: Knowledge,
  ) {
    const { keys } = knowledge;
    this.start = header.start ? openOrFault(header.start.checkpoint, keys, "the checkpoint before the period") : { origin: header.origin, size: 0, root: EMPTY_ROOT };
    this.end = openOrFault(header.end.checkpoint, keys, "the checkpoint after the period");
    if (this.start.origin !== header.origin || this.end.origin !== header.origin) throw new Fault("its checkpoints are not of the log that it names");
    if (this.start.size > this.end.size) throw new Fault("its checkpoints are in the wrong order");
    this.remembered = openRemembered(knowledge, this.end);
    this.gone = new LeafSet(header.dropped.flatMap((proof) => this.rangesProvenBy(proof)));
    this.tree = growFrom(this.start, header.frontier);
    this.compareWithRemembered();
  }

  /** Takes a line after the first. */
  take(line: Buffer): void {
    if (this.hasEnded) throw new Fault("something follows the last line of the bundle");
    if (this.tree.size < this.end.size) this.takeEntry(line);
    else this.takeLast(line);
  }

  finish(): VerifiedBundle {
    if (!this.hasEnded) throw new Fault("the bundle ends too early", this.tree.size);
    const { header, end, disclosed, dropped, remembered } = this;
    const { size: start } = this.start;
    const lies = remembered !== undefined && remembered.size >= start && remembered.size <= end.size;
    return { verdict: "GENUINE", header, start, end, disclosed, dropped, ...(lies && { since: remembered }) };
  }

  private rangesProvenBy(text: string) {
    const { entry, index, checkpoint } = checkProof(text, { keys: this.knowledge.keys });
    if (checkpoint.origin !== this.header.origin) throw new Fault("a proof of what was dropped is of another log");
    return rangesNamedBy(entry, index);
  }

  private takeEntry(line: Buffer): void {
    const hash = parseDroppedLine(line);
    if (hash === undefined) this.disclosed += 1;
    else if (this.gone.has(this.tree.size)) this.dropped += 1;
    else throw new Fault("the entry is missing, and no proven entry of the log says that it was dropped", this.tree.size);
    this.tree.append(hash ?? leafHash(line));
    this.compareWithRemembered();
  }

  private compareWithRemembered(): void {
    if (this.remembered?.size === this.tree.size && !this.remembered.root.equals(this.tree.root())) {
      throw new Fault("the leaves up to the remembered checkpoint are not those that it stands for: the log was rewritten or forked");
    }
  }

  private takeLast(line: Buffer): void {
    if (!this.tree.root().equals(this.end.root)) throw new Fault("the entries do not lead to the root of the checkpoint after the period: the bundle was altered");
    if (!line.equals(lastLine(this.end.size - this.start.size))) throw new Fault("its last line does not state the number of entries");
    this.hasEnded = true;
  }
}

function growFrom({ size, root }: Checkpoint, frontier: readonly Buffer[]): GrowingTree {
  if (frontier.length !== coverOf({ from: 0, to: size }).length || !foldCover(frontier).equals(root)) {
    throw new Fault("the hashes before the period do not lead to the root of the checkpoint before it");
  }
  return new GrowingTree(size, frontier);
}
