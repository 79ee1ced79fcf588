import type { Reader } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import type { Vkey } from "../../protocol/tlog/signed-note";
import { TILE_WIDTH } from "../../protocol/tlog/tiles";
import type { LogFault, LogSummary } from "../fault-model";
import { LogCheck, type Stretch } from "../log-check";
import { openSigner } from "../outbound/checkpoint-signer";
import { HighWater } from "../storage/high-water";
import { countLog, keepMoment, readDroppedRanges, readStoredCheckpoints, readStoredEntries, readStoredTiles } from "../storage/log-check-queries";
import { readLogHead } from "../storage/log-queries";
import { parseWitnesses } from "../witness-model";

export interface CheckLog {
  /** Keys of the log, and of witnesses whose cosignatures are to be verified. */
  readonly trusted: readonly Vkey[];
  /** The note of the last checkpoint that was signed, as it lies outside of the database. */
  readonly remembered?: string;
  /** Told after each stretch how many leaves have been checked. */
  readonly onProgress?: (checked: number) => void;
  /** Aborted: the check fails with its reason. */
  readonly signal?: AbortSignal;
}

/** Checks the log as it is now, by all that we hold: our keys, those of our witnesses, and the high-water mark. Others may go on writing. */
export async function checkPresentLog(deps: Deps, options: Pick<CheckLog, "onProgress" | "signal">): Promise<LogFault | LogSummary> {
  // Before the moment of the database: who wrote it had seen no more than is there by then.
  const remembered = await new HighWater(deps.config.keysFile).read();
  return deps.transaction(async (tx) => {
    await keepMoment(tx);
    const { origin } = await readLogHead(tx);
    const witnesses = parseWitnesses(deps.config.witnesses).map(({ vkey }) => vkey);
    const trusted = [...openSigner(deps.config, deps.keyring).vkeys(origin ?? deps.config.auditOrigin), ...witnesses];
    return checkLog(tx, { ...options, trusted, remembered });
  });
}

/** Tiles that are read at a time: some milliseconds of work, after which others have their turn. */
const STRETCH = 8;

/**
 * Reads again all that the log holds, in the order of its leaves, and finds the first place at which anything is wrong: entries and what they are
 * searched by, tiles, checkpoints, dropped ranges, and the checkpoint remembered outside. Entries that no checkpoint covers yet can only be counted
 * (`unprotected`), and nobody can tell whether a checkpoint between others was taken away, on which nothing depends. The reader has to show one
 * moment: a transaction whose isolation is repeatable read, or one beside which nobody writes. Writes nothing.
 */
export async function checkLog(reader: Reader, { trusted, remembered, onProgress, signal }: CheckLog): Promise<LogFault | LogSummary> {
  const [head, dropped] = await Promise.all([readLogHead(reader), readDroppedRanges(reader)]);
  const check = new LogCheck(head, dropped, trusted, remembered);
  let from = 0;
  let reading = readStretch(reader, from);
  do {
    const stretch = await reading;
    signal?.throwIfAborted();
    const to = from + STRETCH;
    // The database is at work on the next one while this one is judged.
    reading = readStretch(reader, to);
    check.walk({ from, to }, stretch);
    onProgress?.(Math.min(to * TILE_WIDTH, check.end));
    from = to;
  } while (from * TILE_WIDTH < check.end);
  await reading;
  return check.conclude(await countLog(reader, head));
}

function readStretch(reader: Reader, tile: number): Promise<Stretch> {
  const tiles = { from: tile, to: tile + STRETCH };
  const leaves = { from: tiles.from * TILE_WIDTH, to: tiles.to * TILE_WIDTH };
  const sizes = { from: tile === 0 ? 0 : leaves.from + 1, to: leaves.to + 1 };
  const reads = [readStoredEntries(reader, leaves), readStoredTiles(reader, tiles), readStoredCheckpoints(reader, sizes)] as const;
  const read = Promise.all(reads).then(([entries, stored, checkpoints]) => ({ entries, tiles: stored, checkpoints }));
  // Whoever gives up does not wait for it.
  read.catch(() => undefined);
  return read;
}
