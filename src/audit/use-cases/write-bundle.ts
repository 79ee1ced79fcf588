import type { Reader } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { badInput, notFound, preconditionFailed } from "../../platform/errors";
import { parseCheckpoint } from "../../protocol/tlog/checkpoint";
import { rangesNamedBy } from "../../protocol/tlog/dropped-ranges";
import { LeafSet } from "../../protocol/tlog/leaf-ranges";
import { type BundleHeader, droppedLine, formatBundleHeader, lastLine } from "../../protocol/tlog/audit-bundle";
import { HASH_BYTES, type LeafRange, readFrontier } from "../../protocol/tlog/merkle-tree";
import { parseNote } from "../../protocol/tlog/signed-note";
import { hashesFromTiles, TILE_WIDTH, widthIn } from "../../protocol/tlog/tiles";
import { parseTlogProof } from "../../protocol/tlog/tlog-proof";
import { findCheckpointAfter, findCheckpointBefore, listDropEntries, listEntriesBetween, listReporterTallies } from "../storage/bundle-queries";
import { findNewestCheckpoint, noteOf, readTiles, type StoredCheckpoint } from "../storage/log-queries";
import { appendAuditEntry } from "./append-audit-entries";
import { proveEntries } from "./prove-entries";

export interface WriteBundle {
  readonly actor: string;
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
}

/**
 * Begins to hand over an auditor's bundle: every entry between the newest checkpoint signed at or before the period and the first one signed at or
 * after it (or the newest there is), so that whoever knows the log's key sees that none is missing; 256 entries are in memory at a time.
 * Refuses: BAD_USER_INPUT (a period that is none), NOT_FOUND (nothing is signed yet), PRECONDITION_FAILED (entries were dropped in this moment).
 * Writes one entry of the reading, before anything leaves.
 */
export async function writeBundle(deps: Deps, { actor, from, to }: WriteBundle, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
  if (from >= to) throw badInput("to: must be later than from");
  const start = await findCheckpointBefore(deps.db, from);
  const end = (await findCheckpointAfter(deps.db, to)) ?? (await findNewestCheckpoint(deps.db));
  if (end === undefined) throw notFound("no checkpoint of the audit log has been signed yet");
  const leaves = { from: start?.size ?? 0, to: end.size };
  const header = await describe(deps.db, { from, to }, start, end);
  await deps.transaction((tx) => appendAuditEntry(tx, { action: "audit.read-bundle", actor, object: `leaves:${leaves.from}-${leaves.to}` }));
  return written(deps.db, header, leaves, signal);
}

async function describe(reader: Reader, period: Pick<WriteBundle, "from" | "to">, start: StoredCheckpoint | undefined, end: StoredCheckpoint): Promise<BundleHeader> {
  const size = start?.size ?? 0;
  const tallies = await listReporterTallies(reader, period);
  return {
    origin: parseCheckpoint(parseNote(end.note).text).origin,
    period: { from: period.from.toISOString(), to: period.to.toISOString() },
    start: start ? { checkpoint: noteOf(start) } : null,
    end: { checkpoint: noteOf(end) },
    frontier: await readFrontier(size, hashesFromTiles(size, (tiles) => readTiles(reader, tiles))),
    coverage: tallies.map((tally) => ({ ...tally, lastAt: tally.lastAt.toISOString() })),
    dropped: await proveDrops(reader, { from: size, to: end.size }),
  };
}

async function proveDrops(reader: Reader, leaves: LeafRange): Promise<string[]> {
  const ids = await listDropEntries(reader, leaves);
  const proofs = await proveEntries(reader, ids);
  if (proofs.size < ids.length) throw preconditionFailed("entries were dropped just now, and no checkpoint covers that yet: ask again in some seconds");
  return ids.map((id) => proofs.get(id)!.text);
}

async function* written(reader: Reader, header: BundleHeader, leaves: LeafRange, signal: AbortSignal): AsyncGenerator<Buffer> {
  yield line(formatBundleHeader(header));
  const gone = new LeafSet(header.dropped.map(parseTlogProof).flatMap(({ extra, index }) => rangesNamedBy(extra!, index)));
  for (let from = leaves.from; from < leaves.to; ) {
    signal.throwIfAborted();
    const to = Math.min((Math.floor(from / TILE_WIDTH) + 1) * TILE_WIDTH, leaves.to);
    yield Buffer.concat((await linesOf(reader, { from, to }, gone)).map(line));
    from = to;
  }
  yield line(lastLine(leaves.to - leaves.from));
}

const line = (bytes: Buffer): Buffer => Buffer.concat([bytes, LINE_END]);
const LINE_END = Buffer.from("\n");

/** Leaves of one tile of level 0. */
async function linesOf(reader: Reader, leaves: LeafRange, gone: LeafSet): Promise<Buffer[]> {
  const found = new Map((await listEntriesBetween(reader, leaves)).map(({ index, entry }) => [index, entry]));
  const hashes = found.size < leaves.to - leaves.from ? await readLeafHashes(reader, leaves) : undefined;
  return Array.from({ length: leaves.to - leaves.from }, (_, at) => {
    const index = leaves.from + at;
    const entry = found.get(index);
    if (entry === undefined && !gone.has(index)) throw new Error("entries were dropped while a bundle was written: it is broken off");
    return entry ?? droppedLine(hashes!.subarray((index % TILE_WIDTH) * HASH_BYTES, ((index % TILE_WIDTH) + 1) * HASH_BYTES));
  });
}

async function readLeafHashes(reader: Reader, { from, to }: LeafRange): Promise<Buffer> {
  const tile = Math.floor(from / TILE_WIDTH);
  const [hashes] = await readTiles(reader, [{ level: 0, tile, width: widthIn(to, 0, tile) }]);
  if (hashes === undefined) throw new Error("the hashes of dropped entries are missing");
  return hashes;
}
