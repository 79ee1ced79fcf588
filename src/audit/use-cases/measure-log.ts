import type { Reader } from "../../platform/database/sql";
import { countWaitingEntries, readSigningState } from "../storage/signing-queries";
import { findPresentBreak } from "./examine-log";

/** How the log stands, in numbers: what is watched from outside. */
export interface LogFigures {
  /** Leaves in the tree. */
  readonly treeSize: number;
  /** Entries without a place in the log. */
  readonly unsequenced: number;
  /** Entries under no checkpoint, those without a place among them: who changes them is not found out. */
  readonly unprotected: number;
  /** 1 where the signer refuses to sign, else 0. */
  readonly signerStopped: number;
}

export async function measureLog(reader: Reader): Promise<LogFigures> {
  const [{ treeSize, nextIndex, newestSize }, unsequenced, found] = await Promise.all([
    readSigningState(reader),
    countWaitingEntries(reader),
    findPresentBreak(reader),
  ]);
  return { treeSize, unsequenced, unprotected: nextIndex - (newestSize ?? 0) + unsequenced, signerStopped: found === undefined ? 0 : 1 };
}
