import type { Reader } from "../../platform/database/sql";
import { readRoot } from "../../protocol/tlog/merkle-tree";
import { hashesFromTiles } from "../../protocol/tlog/tiles";
import { openSigner } from "../outbound/checkpoint-signer";
import { findBreak, type LogBreak, type Standing } from "../signing-model";
import { HighWater } from "../storage/high-water";
import { readTiles } from "../storage/log-queries";
import { readSigningState, type SigningState } from "../storage/signing-queries";

/** What the high-water mark and the database say. The mark has to be read before the state: who wrote it had seen no more than is there by then. */
export const standingOf = (reader: Reader, mark: string | undefined, state: SigningState): Standing => ({
  ...state,
  file: new HighWater(reader.config.keysFile).file,
  note: mark,
  origin: state.origin ?? reader.config.auditOrigin,
  vkeysOf: openSigner(reader.config, reader.keyring).vkeys,
  rootAt: (size) => rootAt(reader, size),
});

/** The root that the tree had when it was of this size, which is not more than it has now. */
export const rootAt = (reader: Reader, size: number): Promise<Buffer> => readRoot(size, hashesFromTiles(size, (tiles) => readTiles(reader, tiles)));

/** Why the signer stands still, as far as can be seen from here; undefined where it does not. */
export async function findPresentBreak(reader: Reader): Promise<LogBreak | undefined> {
  const mark = await new HighWater(reader.config.keysFile).read();
  const found = await findBreak(standingOf(reader, mark, await readSigningState(reader)));
  return found === "UNKNOWN" ? undefined : found;
}
