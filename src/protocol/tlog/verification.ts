import { type OpenedCheckpoint, UnknownSigner } from "./checkpoint";
import { openTrusted, type TrustedKeys } from "./trusted-keys";

/** What somebody who verifies knows beforehand. */
export interface Knowledge {
  readonly keys: TrustedKeys;
  /** A checkpoint of the same log that was kept from before (signed note): what it covers must not have changed since. */
  readonly since?: Uint8Array | string;
}

/** UNKNOWN_SIGNER: signed by none of the trusted keys; nothing that it says may be believed. */
export type NotVerified =
  | { readonly verdict: "UNKNOWN_SIGNER"; readonly fault: string }
  | {
      readonly verdict: "FAULTY";
      readonly fault: string;
      /** The first leaf at which something is wrong, where that can be told. */
      readonly index?: number;
    };

/** Something that was checked is wrong. */
export class Fault extends Error {
  override readonly name = "Fault";

  constructor(
    message: string,
    readonly index?: number,
  ) {
    super(message);
  }
}

/** Answers what was found, or what is wrong. Errors that are neither a `Fault` nor an `UnknownSigner` are passed on. */
export function judged<Verified>(verify: () => Verified): Verified | NotVerified {
  try {
    return verify();
  } catch (error) {
    return notVerified(error);
  }
}

/** Says what is wrong; throws errors that are neither a `Fault` nor an `UnknownSigner`. */
export function notVerified(error: unknown): NotVerified {
  if (error instanceof UnknownSigner) return { verdict: "UNKNOWN_SIGNER", fault: error.message };
  if (error instanceof Fault) return { verdict: "FAULTY", fault: error.message, ...(error.index !== undefined && { index: error.index }) };
  throw error;
}

/** Opens a checkpoint as `openTrusted` does; what is wrong with it is a `Fault` that says whose checkpoint it is, at the index given. */
export function openOrFault(note: Uint8Array | string, keys: TrustedKeys, whose: string, index?: number): OpenedCheckpoint {
  try {
    return openTrusted(note, keys);
  } catch (error) {
    if (error instanceof UnknownSigner) throw new UnknownSigner(`${whose}: ${error.message}`);
    throw new Fault(`${whose}: ${(error as Error).message}`, index);
  }
}

/** The remembered checkpoint, if there is one; a `Fault` where it is malformed, forged, or of another log than this checkpoint. */
export function openRemembered({ keys, since }: Knowledge, { origin }: OpenedCheckpoint): OpenedCheckpoint | undefined {
  if (since === undefined) return undefined;
  const remembered = openOrFault(since, keys, "the remembered checkpoint");
  if (remembered.origin !== origin) throw new Fault("the remembered checkpoint is of another log");
  return remembered;
}
