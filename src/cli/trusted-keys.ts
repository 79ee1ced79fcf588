import { parseTrustedKey, type TrustedKey } from "../protocol/certificate";
import { COSIGNATURE } from "../protocol/tlog/signed-note";
import { parseTrustedKeys, type TrustedKeys } from "../protocol/tlog/trusted-keys";
import { usageError } from "./command";

/** Keys that the caller trusts, each kind for what it may sign. */
export interface Trust {
  readonly certificates: readonly TrustedKey[];
  readonly logs: TrustedKeys;
}

/** Those of `--key`; without it, those of CADASTRE_TRUSTED_KEYS. */
export function readTrust(given: readonly string[] | undefined): Trust {
  const texts = (given ?? process.env.CADASTRE_TRUSTED_KEYS?.split(",") ?? []).map((text) => text.trim()).filter(Boolean);
  try {
    const logs = parseTrustedKeys(texts);
    const witnesses = texts.filter((text) => !text.startsWith("whpk_")).filter((_text, at) => logs.vkeys[at]?.type === COSIGNATURE);
    return { logs, certificates: texts.filter((text) => !witnesses.includes(text)).map(parseTrustedKey) };
  } catch {
    throw usageError("--key, CADASTRE_TRUSTED_KEYS: expected Ed25519 keys, whpk_… or a vkey");
  }
}
