import type { Reader } from "../../platform/database/sql";
import { findLoggedEntries, findNewestCheckpoint, readTiles } from "../storage/log-queries";
import { findCheckpointOver, renderProof } from "./prove-entry";

/** A tlog-proof with the entry's bytes, and whether a witness cosigned its checkpoint. */
export interface EntryProof {
  readonly text: string;
  readonly isCosigned: boolean;
}

/**
 * Proofs of those among these entries that a checkpoint covers already, by id; with their bytes, for rooms that hand them to people who may know
 * what the entries say. Writes nothing.
 */
export async function proveEntries(reader: Reader, ids: readonly string[]): Promise<Map<string, EntryProof>> {
  const proofs = new Map<string, EntryProof>();
  if (ids.length === 0 || (await findNewestCheckpoint(reader)) === undefined) return proofs;
  for (const [id, logged] of await findLoggedEntries(reader, ids)) {
    const checkpoint = await findCheckpointOver(reader, logged.index);
    if (checkpoint === undefined) continue;
    const text = await renderProof(checkpoint, logged, ENTITLED, (tiles) => readTiles(reader, tiles));
    proofs.set(id, { text, isCosigned: checkpoint.cosignatures.length > 0 });
  }
  return proofs;
}

const ENTITLED = { permissions: new Set(["audit:read-entries"]) };
