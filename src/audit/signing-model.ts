import { type Checkpoint, openCheckpoint, parseCheckpoint } from "../protocol/tlog/checkpoint";
import { parseNote, type Vkey } from "../protocol/tlog/signed-note";

/**
 * How the high-water mark and the database do not belong together: the mark is gone; it is not a checkpoint that a key of ours signed; it is of another
 * log; it is of more entries than there are; it is of other entries.
 */
export type BreakReason = "MISSING" | "FOREIGN" | "ORIGIN" | "BEHIND" | "FORKED";

export interface LogBreak {
  readonly reason: BreakReason;
  /** What is wrong, with sizes, and what to do. */
  readonly sentence: string;
}

/** What the high-water mark and the database say of the log. */
export interface Standing {
  /** The high-water mark's file, and the note in it. */
  readonly file: string;
  readonly note: string | undefined;
  readonly origin: string;
  /** Leaves in the tiles, and places given. */
  readonly treeSize: number;
  readonly nextIndex: number;
  /** Size of the newest checkpoint in the database; null before the first. */
  readonly newestSize: number | null;
  /** Every key that is ours, as a key of the log of this name. */
  vkeysOf(origin: string): readonly Vkey[];
  /** The root that the tree had when it was no larger. */
  rootAt(size: number): Promise<Buffer>;
}

/**
 * How the database does not go on from the high-water mark; undefined where it does, "UNKNOWN" while the tree has yet to grow up to it.
 * Without a mark the log begins, unless something was signed already.
 */
export async function findBreak(standing: Standing): Promise<LogBreak | "UNKNOWN" | undefined> {
  const { file, note, origin, treeSize, nextIndex, newestSize } = standing;
  if (note === undefined) {
    return newestSize ? broken("MISSING", `a checkpoint of ${newestSize} entries was signed, but its copy ${file} is missing: put it back`) : undefined;
  }
  const mark = openMark(note, standing);
  if (mark === undefined) {
    return broken("FOREIGN", `${file} is not a checkpoint that a key of ours signed (the log has ${nextIndex} entries): put the file, or the keys, back`);
  }
  const { size } = mark;
  if (mark.origin !== origin) {
    return broken("ORIGIN", `${file} is a checkpoint of ${size} entries of ${mark.origin}, but this database, of ${nextIndex}, is ${origin}: connect the right one`);
  }
  if (nextIndex < size) {
    return broken("BEHIND", `a checkpoint of ${size} entries was signed (${file}), but the database has only ${nextIndex}: it is an older one; bring the newer one back`);
  }
  if (treeSize < size) return "UNKNOWN";
  if (!(await standing.rootAt(size)).equals(mark.root)) {
    return broken("FORKED", `a checkpoint of ${size} entries was signed (${file}), but the first ${size} of the database's ${nextIndex} are others: bring the right one back`);
  }
  return undefined;
}

const broken = (reason: BreakReason, what: string): LogBreak => ({
  reason,
  sentence: `${what}, or record the break openly with \`npx cadastre recover\`. Until then no checkpoint is signed.`,
});

function openMark(note: string, { vkeysOf }: Standing): Checkpoint | undefined {
  try {
    return openCheckpoint(note, vkeysOf(parseCheckpoint(parseNote(note).text).origin));
  } catch {
    return undefined;
  }
}
