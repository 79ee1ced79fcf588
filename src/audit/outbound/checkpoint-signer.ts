import type { Config } from "../../platform/config";
import type { Keyring, SigningKey } from "../../platform/crypto/keyring";
import { type Checkpoint, signCheckpoint } from "../../protocol/tlog/checkpoint";
import { ED25519, type Vkey, vkeyOf } from "../../protocol/tlog/signed-note";
import { openSigningProgram } from "./signing-program";

/** Whoever holds the keys of the log. */
export interface CheckpointSigner {
  /** Every key whose signature makes a checkpoint of this log ours, the present one first; those to come and those that are over among them. */
  vkeys(origin: string): readonly Vkey[];
  /** The signature lines that make the checkpoint's text a note. Fails where there is no genuine signature in time. */
  sign(checkpoint: Checkpoint): Promise<string>;
}

type Keys = Pick<Keyring, "auditKeys" | "auditSigningKeys">;

/**
 * The keys file: each key that has begun and is not over signs, so that during a rotation both do. Where a program signs in its place
 * (CADASTRE_AUDIT_SIGN_COMMAND) the keys of the file sign nothing any more, but what they signed before stays ours.
 * Throws where the program's vkey is not the one of a log.
 */
export function openSigner({ auditSigner }: Pick<Config, "auditSigner">, keyring: Keys): CheckpointSigner {
  const vkeysOfFile = (origin: string): Vkey[] => keyring.auditKeys.map(({ privateKey }) => vkeyOf(origin, ED25519, privateKey));
  if (auditSigner === undefined) return { vkeys: vkeysOfFile, sign: async (checkpoint) => signWith(keyring.auditSigningKeys, checkpoint) };
  const program = openSigningProgram(auditSigner);
  return { vkeys: (origin) => [program.vkey, ...vkeysOfFile(origin)], sign: program.sign };
}

function signWith(keys: readonly SigningKey[], checkpoint: Checkpoint): string {
  if (keys.length === 0) throw new Error("no audit key of the keys file signs at this time: run `npx cadastre keys rotate --use audit`");
  return keys.map(({ privateKey }) => signCheckpoint(checkpoint, privateKey)).join("");
}
