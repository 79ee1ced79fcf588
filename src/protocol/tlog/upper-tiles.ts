import type { LogFiles } from "./log-files";
import { foldLevel, HASH_BYTES } from "./merkle-tree";
import { TILE_WIDTH, widthIn } from "./tiles";
import { Fault } from "./verification";

/** The tiles above the leaves: each hash of them has to be the root of the full tile below. Holds one tile of each level. */
export class UpperTiles {
  private readonly current: Buffer[] = [];

  constructor(
    private readonly files: LogFiles,
    /** Leaves of the log. */
    private readonly size: number,
  ) {}

  /** Takes full tiles of level 0 in their order. A `Fault` at the first leaf below a hash that is missing or differs. */
  check(tile: number, hashes: Buffer): Promise<void> {
    return this.checkHash(1, tile, rootOf(hashes));
  }

  private async checkHash(level: number, index: number, hash: Buffer): Promise<void> {
    const offset = index % TILE_WIDTH;
    const tile = Math.floor(index / TILE_WIDTH);
    const width = widthIn(this.size, level, tile);
    const firstLeaf = index * TILE_WIDTH ** level;
    if (offset === 0) this.current[level] = await this.read(level, tile, width);
    const bytes = this.current[level] as Buffer;
    if (!bytes.subarray(offset * HASH_BYTES, (offset + 1) * HASH_BYTES).equals(hash)) {
      throw new Fault(`the hash over its ${TILE_WIDTH ** level} leaves in the tile of level ${level} does not fit them`, firstLeaf);
    }
    if (offset === width - 1 && bytes.length !== width * HASH_BYTES) {
      throw new Fault(`its tile of level ${level} is longer than it has to be`, firstLeaf);
    }
    if (offset === TILE_WIDTH - 1) await this.checkHash(level + 1, tile, rootOf(bytes));
  }

  private async read(level: number, tile: number, width: number): Promise<Buffer> {
    const bytes = await this.files.tile({ level, tile, width });
    if (bytes === undefined) throw new Fault(`its tile of level ${level} is missing`, tile * TILE_WIDTH ** (level + 1));
    return bytes;
  }
}

const rootOf = (bytes: Buffer): Buffer =>
  foldLevel(Array.from({ length: TILE_WIDTH }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)));
