import type { Keyring } from "../../platform/crypto/keyring";
import { parseSigningKey, type SigningKey } from "../../protocol";

/** Our order keys in force. Each of them signs, so that a service that knows only one of them still understands. */
export const signingKeys = (keyring: Keyring, now: Date): SigningKey[] =>
  keyring.orderKeys.filter((key) => key.from <= now).map((key) => parseSigningKey(key.privateKey));
