import { createHmac, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { type Clock, systemClock } from "../clock";
import { type DataKey, decrypt, encrypt, keyIdsOf, type Place } from "./envelope";
import { type Keys, parseKeys, type SigningKey } from "./keys";
import { newKeys } from "./keys-file";
import { createKeysFile, isExposed, stampOf } from "./keys-storage";

export type { SigningKey } from "./keys";

const LOOK_AGAIN_AFTER_MS = 1000;

/**
 * Opens the keys file, and creates it (mode 0600) where there is none. Throws a clear error if it is malformed;
 * warns if others than its owner may read it.
 */
export function loadKeyring(file: string, clock: Clock = systemClock, warn: (message: string) => void = process.emitWarning): Keyring {
  if (stampOf(file) === undefined) createKeysFile(file, newKeys(clock.now()));
  if (isExposed(file)) warn(`The keys file ${file} can be read by others than its owner: chmod 600 it.`);
  return new Keyring(file, clock, warn);
}

/**
 * The secrets of this installation. Follows its file: replaced keys (rotation) are used within a second, without a restart;
 * while a replacement is faulty the keys before it go on.
 */
export class Keyring {
  private keys: Keys;
  private stamp: string | undefined;
  private lookedAt = performance.now();

  constructor(
    private readonly file: string,
    private readonly clock: Clock,
    private readonly warn: (message: string) => void,
  ) {
    this.stamp = stampOf(file);
    this.keys = this.read();
  }

  /** Ed25519 keys for orders. The first signs; all are published. A key whose `from` is to come is published ahead of its use. */
  get orderKeys(): readonly SigningKey[] {
    const now = this.clock.now();
    return inOrder(this.current().orderKeys, now).filter((key) => !isOver(key, now));
  }

  /** Ed25519 keys for certificates. The first signs; those that are over stay published, because old certificates do not end. */
  get certificateKeys(): readonly SigningKey[] {
    return inOrder(this.current().certificateKeys, this.clock.now());
  }

  /** Ed25519 keys for the checkpoints of the audit log, the newest begun first; those that are over stay published, because old proofs do not end. */
  get auditKeys(): readonly SigningKey[] {
    return inOrder(this.current().auditKeys, this.clock.now());
  }

  /** Those that sign checkpoints now: begun and not over, so that during a rotation both do. */
  get auditSigningKeys(): readonly SigningKey[] {
    const now = this.clock.now();
    return this.auditKeys.filter((key) => key.from <= now && !isOver(key, now));
  }

  /** Ed25519 key with which we cosign the logs of others. It stays the same for ever. */
  get witnessKey(): KeyObject {
    return this.current().witnessKey;
  }

  /** Id of the key that wraps new data keys. */
  get currentKek(): string {
    return this.current().currentKek;
  }

  /** Keyed index of a normalised identifier: equal values of one type have equal indexes, and nobody without the key can try values out. */
  blindIndex(type: string, normalisedValue: string): Buffer {
    return createHmac("sha256", this.current().blindIndex).update(`${type}\0${normalisedValue}`).digest();
  }

  /** A fresh data key. It exists only in memory until its wrapped form is stored. */
  newDataKey(): DataKey {
    return { id: randomBytes(8).toString("hex"), kek: this.currentKek, secret: createSecretKey(randomBytes(32)) };
  }

  /** The form in which a data key may be stored at this place: sealed under the current key-encrypting key. */
  wrapDataKey(key: DataKey, place: Place): string {
    const { currentKek, keks } = this.current();
    return encrypt(keks.get(currentKek)!, { kek: currentKek, dek: key.id }, place, key.secret.export());
  }

  /** Throws where the key-encrypting key is gone or the wrapped key was not made for this place. */
  unwrapDataKey(wrapped: string, place: Place): DataKey {
    const ids = keyIdsOf(wrapped, place);
    // Another process may have wrapped it under a key that is newer than our last look at the file.
    const kek = this.current().keks.get(ids.kek) ?? this.refresh().keks.get(ids.kek);
    if (!kek) throw new Error(`the key-encrypting key ${ids.kek} is not in the keys file ${this.file}: restore it from its backup`);
    return { id: ids.dek, kek: ids.kek, secret: createSecretKey(decrypt(kek, place, wrapped)) };
  }

  private current(): Keys {
    return performance.now() - this.lookedAt < LOOK_AGAIN_AFTER_MS ? this.keys : this.refresh();
  }

  private refresh(): Keys {
    this.lookedAt = performance.now();
    const stamp = stampOf(this.file);
    if (stamp === this.stamp) return this.keys;
    this.stamp = stamp;
    try {
      this.keys = this.read();
    } catch (error) {
      this.warn(`${(error as Error).message}. The keys read before stay in use.`);
    }
    return this.keys;
  }

  private read(): Keys {
    try {
      return parseKeys(readFileSync(this.file, "utf8"));
    } catch (error) {
      throw new Error(`The keys file ${this.file} cannot be used: ${(error as Error).message}`);
    }
  }
}

const isOver = (key: SigningKey, now: Date): boolean => key.to !== null && key.to <= now;

/** Newest begun key first, then those to come, then those that are over. */
function inOrder(keys: readonly SigningKey[], now: Date): SigningKey[] {
  const rank = (key: SigningKey): number => (isOver(key, now) ? 2 : key.from > now ? 1 : 0);
  return [...keys].sort((a, b) => rank(a) - rank(b) || b.from.getTime() - a.from.getTime());
}
