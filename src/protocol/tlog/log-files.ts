import { entriesIn } from "./entry-bundle";
import { HASH_BYTES } from "./merkle-tree";
import { type Bundle, bundlePath, type Tile, TILE_WIDTH, tilePath } from "./tiles";

/**
 * The bytes of a file of a log by its path below the log's root (`checkpoint`, `tile/0/000`, `tile/entries/000.p/17`, `entry/5`, `dropped`);
 * undefined where there is none, or none for this reader. Of a file longer than `most` bytes it need not answer more than `most` + 1.
 */
export type ReadLogFile = (path: string, most: number) => Promise<Buffer | undefined>;

const MOST_NOTE_BYTES = 1024 * 1024;
const MOST_TILE_BYTES = TILE_WIDTH * HASH_BYTES;
const MOST_ENTRY_BYTES = 65_535;
const MOST_BUNDLE_BYTES = TILE_WIDTH * (MOST_ENTRY_BYTES + 2);
const MOST_DROPPED_BYTES = 64 * 1024 * 1024;

/** The files of a log, as they came: nothing of them is checked. */
export class LogFiles {
  constructor(private readonly read: ReadLogFile) {}

  checkpoint(): Promise<Buffer | undefined> {
    return this.read("checkpoint", MOST_NOTE_BYTES);
  }

  dropped(): Promise<Buffer | undefined> {
    return this.read("dropped", MOST_DROPPED_BYTES);
  }

  /** A partial tile may be gone where the full one is there (C2SP tlog-tiles, "Partial Tiles"). */
  async tile(tile: Tile): Promise<Buffer | undefined> {
    const bytes = await this.read(tilePath(tile), MOST_TILE_BYTES);
    if (bytes !== undefined || tile.width === TILE_WIDTH) return bytes;
    return (await this.read(tilePath({ ...tile, width: TILE_WIDTH }), MOST_TILE_BYTES))?.subarray(0, tile.width * HASH_BYTES);
  }

  /** The entries of a bundle, at most as many as asked; the generator throws where its bytes are malformed. */
  async entries(bundle: Bundle): Promise<Generator<Buffer> | undefined> {
    const bytes = await this.read(bundlePath(bundle), MOST_BUNDLE_BYTES);
    if (bytes !== undefined) return entriesIn(bytes);
    const all = bundle.width === TILE_WIDTH ? undefined : await this.read(bundlePath({ ...bundle, width: TILE_WIDTH }), MOST_BUNDLE_BYTES);
    return all && firstOf(entriesIn(all), bundle.width);
  }

  /** One entry, where its bundle is not there as a whole. */
  entry(index: number): Promise<Buffer | undefined> {
    return this.read(`entry/${index}`, MOST_ENTRY_BYTES);
  }
}

function* firstOf<T>(items: Iterable<T>, most: number): Generator<T> {
  let taken = 0;
  for (const item of items) {
    if (taken === most) return;
    taken += 1;
    yield item;
  }
}

/** Reads number 0 to `count` - 1 in this order, some of them ahead of need. */
export async function* readAhead<T>(count: number, read: (number: number) => Promise<T>): AsyncGenerator<T> {
  const coming: Promise<T>[] = [];
  for (let next = 0; next < count || coming.length > 0; ) {
    while (next < count && coming.length < READS_AHEAD) {
      const reading = read(next);
      // Whoever stops early does not wait for it.
      reading.catch(() => undefined);
      coming.push(reading);
      next += 1;
    }
    yield await (coming.shift() as Promise<T>);
  }
}

const READS_AHEAD = 8;
