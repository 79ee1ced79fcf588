import type { KeyObject } from "node:crypto";
import { parseVerifyingKey } from "../signing-keys";
import { openCheckpoint, type OpenedCheckpoint, parseCheckpoint } from "./checkpoint";
import { ED25519, parseNote, parseVkey, type Vkey, vkeyOf } from "./signed-note";

/** Whom somebody who verifies trusts: nothing inside of what is verified ever adds to it. */
export interface TrustedKeys {
  /** Keys of logs and of witnesses, each under its name. */
  readonly vkeys: readonly Vkey[];
  /** Keys that were given without a name (`whpk_…`): trusted as a log's, whatever the log is called. */
  readonly nameless: readonly KeyObject[];
}

/** Reads keys to trust, each a vkey or `whpk_…`. Throws on anything else. */
export function parseTrustedKeys(texts: readonly string[]): TrustedKeys {
  return {
    vkeys: texts.filter((text) => !isNameless(text)).map(parseVkey),
    nameless: texts.filter(isNameless).map(publicKeyOf),
  };
}

/** Like `openCheckpoint`, with the nameless keys under the name that the checkpoint has. */
export function openTrusted(note: Uint8Array | string, { vkeys, nameless }: TrustedKeys): OpenedCheckpoint {
  const { origin } = parseCheckpoint(parseNote(note).text);
  // A name that no key can have leaves the checkpoint without a trusted signer.
  const named = /[\p{White_Space}+]/u.test(origin) ? [] : nameless.map((key) => vkeyOf(origin, ED25519, key));
  return openCheckpoint(note, [...vkeys, ...named.filter(({ id }) => !vkeys.some((key) => key.name === origin && key.id === id))]);
}

const isNameless = (text: string): boolean => text.startsWith("whpk_");

function publicKeyOf(text: string): KeyObject {
  const key = parseVerifyingKey(text);
  if (key.scheme !== "v1a") throw new Error("expected an Ed25519 key");
  return key.publicKey;
}
