import { type Checkpoint, type OpenedCheckpoint, openCheckpoint } from "../protocol/tlog/checkpoint";
import type { Vkey } from "../protocol/tlog/signed-note";

/** A checkpoint's row, with the lines of the witnesses that cosigned it. */
export interface StoredCheckpoint {
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
  readonly cosignatures: readonly string[];
}

/** What is wrong with a checkpoint by itself; undefined if nothing is. Whether the tree has its root, the tree tells. */
export function wrongInCheckpoint({ size, root, note, cosignatures }: StoredCheckpoint, origin: string | null, trusted: readonly Vkey[]): string | undefined {
  const opened = open(note + cosignatures.join(""), trusted);
  if (opened instanceof Error) return opened.message;
  if (opened.origin !== origin) return "it is the checkpoint of another log";
  return opened.size !== size || !opened.root.equals(root) ? "its row says otherwise than its note" : undefined;
}

/** Reads the checkpoint that is remembered outside of the database. Answers an error where it is not one of this log. */
export function openRemembered(note: string, origin: string | null, trusted: readonly Vkey[]): Checkpoint | Error {
  const opened = open(note, trusted);
  return opened instanceof Error || opened.origin === origin ? opened : new Error("it is the checkpoint of another log");
}

function open(note: string, trusted: readonly Vkey[]): OpenedCheckpoint | Error {
  try {
    return openCheckpoint(note, trusted);
  } catch (error) {
    return error as Error;
  }
}
