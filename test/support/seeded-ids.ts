import { createHash } from "node:crypto";
import { v7 } from "uuid";
import type { Clock } from "../../src/platform/clock";
import type { Ids } from "../../src/platform/ids";

/** The same ids and random bytes in every run of the same test. */
export function seededIds(clock: Clock, seed: string): Ids {
  let drawn = 0;
  const bytes = (size: number): Buffer => {
    const blocks: Buffer[] = [];
    while (blocks.length * 32 < size) blocks.push(createHash("sha256").update(`${seed} ${(drawn += 1)}`).digest());
    return Buffer.concat(blocks).subarray(0, size);
  };
  return {
    uuid: () => v7({ msecs: clock.now().getTime(), random: bytes(16) }),
    bytes,
    fraction: () => bytes(4).readUInt32BE(0) / 2 ** 32,
  };
}
