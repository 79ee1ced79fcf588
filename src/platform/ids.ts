import { randomBytes } from "node:crypto";
import { v5, v7 } from "uuid";
import type { Clock } from "./clock";

/** The only source of ids and randomness. */
export interface Ids {
  /** UUIDv7 (RFC 9562) of the clock's instant; those of one millisecond count up, so that ids of one process sort as they were drawn. */
  uuid(): string;
  bytes(size: number): Buffer;
  /** Uniform in [0, 1): jitter, sampling. Not for secrets. */
  fraction(): number;
}

export function systemIds(clock: Clock): Ids {
  let last = NaN;
  let drawn = 0;
  return {
    uuid: () => {
      const msecs = clock.now().getTime();
      // With room to count up: half of the counter's 32 bits.
      drawn = msecs === last ? drawn + 1 : randomBytes(4).readUInt32BE(0) >>> 1;
      last = msecs;
      return v7({ msecs, seq: drawn });
    },
    bytes: (size) => randomBytes(size),
    fraction: () => randomBytes(4).readUInt32BE(0) / 2 ** 32,
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A look-up by a text that is no UUID finds nothing; it must not reach PostgreSQL as a type error. */
export const isUuid = (text: string): boolean => UUID.test(text);

const NAMESPACE = "5d0b1f0e-6a5e-5c0f-9b7e-0c7f7a4f9a11";

/** The id (UUIDv5, RFC 9562) of something that nobody stores: the same name is the same id, everywhere. */
export const nameUuid = (name: string): string => v5(name, NAMESPACE);
