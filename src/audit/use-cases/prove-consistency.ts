import type { Reader } from "../../platform/database/sql";
import { badInput } from "../../platform/errors";
import { proveConsistency } from "../../protocol/tlog/proofs";
import { hashesFromTiles } from "../../protocol/tlog/tiles";
import { findNewestCheckpoint, readTiles } from "../storage/log-queries";

/** Sizes of two trees of the log. */
export interface ProveConsistency {
  readonly fromSize: number;
  readonly toSize: number;
}

/**
 * Proves that the log of the size `toSize` extends that of `fromSize`: hashes (RFC 6962, section 2.1.2), none for equal sizes and from the empty log.
 * Refuses (BAD_USER_INPUT) unless 0 <= fromSize <= toSize <= size of the newest checkpoint. Writes nothing: the tiles are public.
 */
export async function proveLogConsistency(reader: Reader, { fromSize, toSize }: ProveConsistency): Promise<Buffer[]> {
  const newest = await findNewestCheckpoint(reader);
  if (!(fromSize >= 0 && fromSize <= toSize && toSize <= (newest?.size ?? 0))) {
    throw badInput(`expected 0 <= fromSize <= toSize <= ${newest?.size ?? 0}, the size of the newest checkpoint`);
  }
  return proveConsistency(fromSize, toSize, hashesFromTiles(toSize, (tiles) => readTiles(reader, tiles)));
}
