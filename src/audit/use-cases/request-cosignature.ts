import type { Deps } from "../../platform/deps";
import type { Outbound } from "../../platform/outbound/outbound";
import { proveConsistency } from "../../protocol/tlog/proofs";
import { hashesFromTiles } from "../../protocol/tlog/tiles";
import { askWitness } from "../outbound/ask-witness";
import { findCosignedSize, insertCosignature } from "../storage/cosignature-store";
import { findNewestCheckpoint, readTiles } from "../storage/log-queries";
import type { Witness } from "../witness-model";

/**
 * Has our newest checkpoint cosigned by a witness, if it has not done so yet; answers whether it did. No transaction is open while it is asked, and
 * processes that ask at once do no harm. Fails where the witness cannot be reached, refuses, or lies. Writes: audit_cosignatures. No audit entry.
 */
export async function requestCosignature(deps: Deps, outbound: Outbound, witness: Witness): Promise<boolean> {
  const newest = await findNewestCheckpoint(deps.db);
  if (newest === undefined) return false;
  const { size, note } = newest;
  const name = `${witness.vkey.name}+${witness.vkey.id}`;
  const cosignedSize = await findCosignedSize(deps.db, name);
  if (cosignedSize === size) return false;
  const hashes = hashesFromTiles(size, (tiles) => readTiles(deps.db, tiles));
  const prove = (fromSize: number): Promise<Buffer[]> => proveConsistency(fromSize, size, hashes);
  const line = await askWitness(outbound, witness, { size, note, cosignedSize: cosignedSize ?? 0, prove });
  await deps.transaction((tx) => insertCosignature(tx, { size, witness: name, line }));
  return true;
}
