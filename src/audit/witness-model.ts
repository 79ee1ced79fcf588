import type { WitnessAddress } from "../platform/config";
import type { AddCheckpoint } from "../protocol/tlog/add-checkpoint";
import type { Checkpoint } from "../protocol/tlog/checkpoint";
import { EMPTY_ROOT } from "../protocol/tlog/merkle-tree";
import { verifyConsistency } from "../protocol/tlog/proofs";
import { COSIGNATURE, ED25519, type Vkey } from "../protocol/tlog/signed-note";
import { configuredVkey } from "./configured-vkey";

/** Somebody who watches that our log only grows, and says so by cosigning its checkpoints. */
export interface Witness {
  readonly vkey: Vkey;
  /** Of its `add-checkpoint`. */
  readonly url: string;
}

/** What a witness has cosigned last of a log. */
export type Witnessed = Pick<Checkpoint, "size" | "root">;

/** Before the first checkpoint: any tree extends the empty one. */
export const NOTHING_WITNESSED: Witnessed = { size: 0, root: EMPTY_ROOT };

/**
 * What a witness answers that does not cosign (C2SP tlog-witness). MALFORMED: not of the form. UNKNOWN_LOG: of a log that it does not watch.
 * UNTRUSTED: not signed by the log, or forged. CONFLICT: the sender has another last checkpoint in mind; `size` is ours.
 * INCONSISTENT: the proof does not show that the tree has only grown.
 */
export type WitnessRefusal =
  | { readonly refused: "MALFORMED" | "UNKNOWN_LOG" | "UNTRUSTED" | "INCONSISTENT"; readonly why: string }
  | { readonly refused: "CONFLICT"; readonly size: number };

/** Why a checkpoint that its log has signed may not be cosigned; undefined where it may. */
export function refusalOf({ size, root }: Checkpoint, { oldSize, proof }: AddCheckpoint, last: Witnessed): WitnessRefusal | undefined {
  if (oldSize > size) return { refused: "MALFORMED", why: "the old size is larger than the checkpoint's" };
  if (oldSize !== last.size) return { refused: "CONFLICT", size: last.size };
  if (!verifyConsistency({ from: last, to: { size, root }, proof })) {
    return { refused: "INCONSISTENT", why: "the proof does not show that the tree extends the one that was cosigned last" };
  }
  return undefined;
}

/** Reads CADASTRE_WITNESSES. Throws where a vkey is not the one of a witness. */
export const parseWitnesses = (addresses: readonly WitnessAddress[]): Witness[] =>
  addresses.map(({ vkey, url }) => ({
    vkey: configuredVkey("CADASTRE_WITNESSES", vkey, COSIGNATURE),
    url: url.endsWith("/add-checkpoint") ? url : `${url.replace(/\/+$/, "")}/add-checkpoint`,
  }));

/** Reads CADASTRE_WITNESSED_LOGS. Throws where a vkey is not the one of a log. */
export const parseWitnessedLogs = (vkeys: readonly string[]): Vkey[] => vkeys.map((vkey) => configuredVkey("CADASTRE_WITNESSED_LOGS", vkey, ED25519));

/** What our cosignatures are signed by. */
export const witnessName = (origin: string): string => `${origin}/witness`;
