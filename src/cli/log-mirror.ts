import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Checkpoint, parseCheckpoint } from "../protocol/tlog/checkpoint";
import { readAhead, type ReadLogFile } from "../protocol/tlog/log-files";
import { LeafSet } from "../protocol/tlog/leaf-ranges";
import { parseNote } from "../protocol/tlog/signed-note";
import { type Bundle, bundlePath, type Tile, TILE_WIDTH, tilePath, tilesIn, widthIn } from "../protocol/tlog/tiles";
import { EXIT, Failure } from "./command";
import { printable } from "./printable";

const MOST_BYTES = 64 * 1024 * 1024;

/** Static files of a log in a directory, kept up with the log. Nothing of it is checked here: that is for `cadastre verify`. */
export class LogMirror {
  private hasEntries = true;
  private dropped: LeafSet | undefined;
  /** Directories of partial tiles, and the file in them that is still needed. */
  private readonly outdated: { readonly directory: string; readonly keep?: string }[] = [];

  constructor(
    private readonly read: ReadLogFile,
    private readonly directory: string,
  ) {}

  /**
   * Fetches what is missing for the log's present checkpoint, and this last. Fails (1) where the log offers none, is another one than that in the
   * directory, or a smaller one: what was mirrored is never overwritten by less.
   */
  async update(): Promise<{ readonly origin: string; readonly size: number; readonly entries: boolean }> {
    const note = await this.need("checkpoint");
    const { origin, size } = checkpointIn(note);
    await this.refuseSetback({ origin, size });
    for await (const _ of readAhead(Math.ceil(size / TILE_WIDTH), (tile) => this.fetchLeaves(tile, size)));
    if (!this.hasEntries && (await this.has("tile/entries"))) {
      throw new Failure(EXIT.refused, "the directory holds entries, and the log hands out none of the new ones: is CADASTRE_TOKEN one that may read entries?");
    }
    for (const tile of tilesIn(size)) if (tile.level > 0) await this.fetchTile(tile);
    await this.write("vkey", await this.need("vkey"));
    await this.write("dropped", await this.need("dropped"));
    await this.write("checkpoint", note);
    for (const { directory, keep } of this.outdated) await clear(directory, keep);
    return { origin: printable(origin), size, entries: this.hasEntries && size > 0 };
  }

  private async refuseSetback({ origin, size }: Pick<Checkpoint, "origin" | "size">): Promise<void> {
    const before = await readFile(join(this.directory, "checkpoint")).catch(() => undefined);
    if (before === undefined) return;
    const mirrored = checkpointIn(before);
    if (mirrored.origin !== origin) throw new Failure(EXIT.refused, "the directory mirrors another log");
    if (mirrored.size > size) throw new Failure(EXIT.refused, `the log has ${size} entries, its mirror ${mirrored.size}: the log was cut or restored; nothing was changed`);
  }

  private async fetchLeaves(tile: number, size: number): Promise<void> {
    const bundle = { tile, width: widthIn(size, 0, tile) };
    await this.fetchTile({ level: 0, ...bundle });
    if (!(await this.fetch(bundlePath(bundle), bundle)) && this.hasEntries) await this.fetchSurvivors(bundle);
  }

  private async fetchTile(tile: Tile): Promise<void> {
    if (!(await this.fetch(tilePath(tile), tile))) throw new Failure(EXIT.refused, `the log does not hand out ${tilePath(tile)}, which its checkpoint covers`);
  }

  /** Fetches a file that never changes, if it is not there yet; answers whether it is there then. */
  private async fetch(path: string, { width }: Pick<Tile, "width">): Promise<boolean> {
    if (await this.has(path)) return true;
    const bytes = await this.read(path, MOST_BYTES);
    if (bytes === undefined) return false;
    await this.write(path, bytes);
    if (width === TILE_WIDTH) this.outdated.push({ directory: join(this.directory, `${path}.p`) });
    else this.outdated.push({ directory: dirname(join(this.directory, path)), keep: String(width) });
    return true;
  }

  /** A bundle with holes: those of its entries that are left, one by one. None at all: this reader may read no entries. */
  private async fetchSurvivors({ tile, width }: Bundle): Promise<void> {
    this.dropped ??= droppedIn(await this.need("dropped"));
    const first = tile * TILE_WIDTH;
    if (!this.dropped.touches({ from: first, to: first + width })) {
      this.hasEntries = false;
      return;
    }
    for (let index = first; index < first + width; index += 1) {
      const path = `entry/${index}`;
      if (this.dropped.has(index) || (await this.has(path))) continue;
      const entry = await this.read(path, MOST_BYTES);
      if (entry !== undefined) await this.write(path, entry);
    }
  }

  private has(path: string): Promise<boolean> {
    return stat(join(this.directory, path)).then(
      () => true,
      () => false,
    );
  }

  private async need(path: string): Promise<Buffer> {
    const bytes = await this.read(path, MOST_BYTES);
    if (bytes === undefined) throw new Failure(EXIT.refused, `there is no ${path}: is CADASTRE_URL a Cadastre, with a signed checkpoint?`);
    return bytes;
  }

  /** Durable, and there as a whole or not at all. */
  private async write(path: string, bytes: Buffer): Promise<void> {
    const file = join(this.directory, path);
    await mkdir(dirname(file), { recursive: true });
    const unfinished = await open(`${file}.part`, "w");
    try {
      await unfinished.writeFile(bytes);
      await unfinished.sync();
    } finally {
      await unfinished.close();
    }
    await rename(`${file}.part`, file);
  }
}

async function clear(directory: string, keep: string | undefined): Promise<void> {
  if (keep === undefined) return rm(directory, { recursive: true, force: true });
  for (const name of await readdir(directory)) if (name !== keep) await rm(join(directory, name));
}

function checkpointIn(note: Buffer): Checkpoint {
  try {
    return parseCheckpoint(parseNote(note).text);
  } catch (error) {
    throw new Failure(EXIT.refused, `the checkpoint: ${(error as Error).message}`);
  }
}

function droppedIn(bytes: Buffer): LeafSet {
  const ranges = JSON.parse(bytes.toString("utf8")) as { from: number; to: number }[];
  return new LeafSet(ranges);
}
