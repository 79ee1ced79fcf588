import { canonicalBytes } from "../../../src/protocol";
import { parseCheckpoint } from "../../../src/protocol/tlog/checkpoint";
import { HASH_BYTES, leafHash } from "../../../src/protocol/tlog/merkle-tree";
import { parseNote } from "../../../src/protocol/tlog/signed-note";
import { type Tile, TILE_WIDTH } from "../../../src/protocol/tlog/tiles";
import {
  cutTiles, type DatabaseLog, deleteEntries, deleteWhole, goodBelow, goodUpTo, hex, HIGH, insertTile, moveEntry, nextIndex, setCheckpoint, setEntry, setTiles, shift,
} from "./database-log";
import type { Draw } from "./drawing";
import { checkpointOf } from "./static-log";

export interface DatabaseTampering {
  readonly statements: readonly string[];
  /** What has to be named as the first faulty index; undefined where what is wrong has no place in the log, so that any may be named. */
  readonly index?: number;
}

type Tamper = (log: DatabaseLog, draw: Draw) => DatabaseTampering | undefined;

/** Ways to tamper with a log in its database, past roles and triggers. Each answers undefined where its draw changes nothing. */
export const DATABASE_TAMPERINGS: Readonly<Record<string, Tamper>> = {
  "flip a bit of an entry": (log, draw) => {
    const index = draw.below(log.entries.length);
    return { statements: [setEntry(index, draw.flipped(log.entries[index]!.bytes))], index };
  },
  "flip a bit of a tile": (log, draw) => {
    const { bytes, ...tile } = draw.of(log.tiles);
    return setTile(tile, bytes, draw.flipped(bytes));
  },
  "flip a bit of a checkpoint": (log, draw) => {
    const size = draw.of(log.sizes);
    const at = draw.below(HASH_BYTES);
    const root = `update audit_checkpoints set root = set_byte(root, ${at}, get_byte(root, ${at}) # ${1 << draw.below(8)}) where size = ${size}`;
    const place = 1 + draw.below(60);
    const note = `update audit_checkpoints set note = overlay(note placing case when substr(note, ${place}, 1) = 'A' then 'B' else 'A' end from ${place}) where size = ${size}`;
    return { statements: [draw.of([root, note])], index: goodBelow(log, size) };
  },
  "change what an entry is searched by": (log, draw) => {
    const index = draw.below(log.entries.length);
    const change = draw.of(["action = action || 'x'", "actor = 'mallory'", "object = 'service:other'", "outcome = 'denied'", "at = at + interval '1 ms'", "source = 'x'", "fields = '{x}'"]);
    return { statements: [`update audit_entry_facts set ${change} where id = '${log.entries[index]!.id}'`], index };
  },
  "change whom an entry concerns": (log, draw) => {
    const index = draw.below(log.entries.length);
    const { id, subjects } = log.entries[index]!;
    const other = `'00000000-0000-4000-8000-${String(draw.below(1e9)).padStart(12, "0")}'`;
    const more = `insert into audit_entry_subjects (pid, entry_id) values (${other}, '${id}')`;
    const one = `(pid, entry_id) = (select pid, entry_id from audit_entry_subjects where entry_id = '${id}' limit 1)`;
    const fewer = [`delete from audit_entry_subjects where ${one}`, `update audit_entry_subjects set pid = ${other} where ${one}`];
    return { statements: [subjects === 0 ? more : draw.of([more, ...fewer])], index };
  },
  "delete an entry": (log, draw) => {
    const index = draw.below(log.entries.length);
    return { statements: draw.below(2) === 0 ? [deleteEntries(`= ${index}`)] : deleteWhole(log, index, index + 1), index };
  },
  "delete what an entry is searched by": (log, draw) => {
    const index = draw.below(log.entries.length);
    return { statements: [`delete from audit_entry_facts where id = '${log.entries[index]!.id}'`], index };
  },
  "delete a tile, or a hash of one": (log, draw) => {
    const { bytes, ...tile } = draw.of(log.tiles);
    if (draw.below(3) === 0 || bytes.length === HASH_BYTES) return { statements: [`delete from audit_tiles where level = ${tile.level} and tile = ${tile.tile}`], index: firstLeafOf(tile, 0) };
    const at = draw.below(bytes.length / HASH_BYTES) * HASH_BYTES;
    return setTile(tile, bytes, Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + HASH_BYTES)]));
  },
  "delete an entry and close the gap": (log, draw) => {
    const index = draw.below(log.entries.length);
    return { statements: [...deleteWhole(log, index, index + 1), ...shift(index, -1), ...draw.of([[], [nextIndex(log.entries.length - 1)]])], index };
  },
  "delete the newest checkpoints": (log, draw) => {
    const size = draw.of(log.sizes.slice(0, -1));
    return { statements: [`delete from audit_checkpoints where size > ${size}`], index: size };
  },
  "insert an entry": (log, draw) => {
    const index = draw.below(log.entries.length + 1);
    const isEnd = index === log.entries.length;
    return { statements: [...shift(index, 1), ...insertEntry(log, draw, index), ...(isEnd ? [] : draw.of([[], [nextIndex(log.entries.length + 1)]]))], index };
  },
  "insert a hash, or a tile": (log, draw) => {
    const { bytes, ...tile } = draw.of(log.tiles);
    if (draw.below(3) === 0) return { statements: [insertTile({ level: draw.below(3), tile: 7 + draw.below(9) }, draw.bytes(HASH_BYTES))], index: log.entries.length };
    if (bytes.length === TILE_WIDTH * HASH_BYTES) return undefined;
    const at = draw.below(bytes.length / HASH_BYTES + 1) * HASH_BYTES;
    return setTile(tile, bytes, Buffer.concat([bytes.subarray(0, at), draw.bytes(HASH_BYTES), bytes.subarray(at)]));
  },
  "insert facts of no entry": (log, draw) => {
    const { id } = draw.of(log.entries);
    return { statements: [`insert into audit_entry_facts (id, at, action, actor, outcome) select gen_random_uuid(), at, action, actor, outcome from audit_entry_facts where id = '${id}'`] };
  },
  "swap two entries": (log, draw) => {
    const [one, other] = draw.pair(log.entries.length);
    const [first, second] = [log.entries[one]!, log.entries[other]!];
    const rows = [`update audit_entries set leaf_index = ${HIGH} where leaf_index = ${one}`, moveEntry(other, one), moveEntry(HIGH, other)];
    return { statements: draw.of([[setEntry(one, second.bytes), setEntry(other, first.bytes)], rows]), index: one };
  },
  "swap two hashes": (log, draw) => {
    const { bytes, ...tile } = draw.of(log.tiles);
    if (bytes.length === HASH_BYTES) return undefined;
    const [one, other] = draw.pair(bytes.length / HASH_BYTES).map((at) => at * HASH_BYTES) as [number, number];
    const swapped = Buffer.from(bytes);
    bytes.copy(swapped, one, other, other + HASH_BYTES);
    bytes.copy(swapped, other, one, one + HASH_BYTES);
    return setTile(tile, bytes, swapped);
  },
  "truncate the entries": (log, draw) => {
    const size = draw.below(log.entries.length);
    return { statements: [...deleteWhole(log, size, log.entries.length), ...draw.of([[], [nextIndex(size)]])], index: size };
  },
  "replace an entry": (log, draw) => {
    const index = draw.below(log.entries.length);
    return { statements: replaceEntry(log, draw, index).statements, index };
  },
  "replace an entry with its leaf": (log, draw) => rewritten(log, draw, 0),
  "replace an entry with all tiles": (log, draw) => rewritten(log, draw, Infinity),
  "replace an entry with all tiles and roots": (log, draw) => {
    const { statements, index, hashes } = replaceEntry(log, draw);
    const roots = log.sizes.filter((size) => size > index).map((size) => parseCheckpoint(parseNote(checkpointOf(hashes.slice(0, size), log.owner)).text));
    const updates = roots.map(({ size, root }) => `update audit_checkpoints set root = ${hex(root)}, note = replace(note, encode(root, 'base64'), '${root.toString("base64")}') where size = ${size}`);
    return { statements: [...statements, ...setTiles(log, hashes, Infinity), ...updates], index: goodUpTo(log, index) };
  },
  "fork under the log's own key": (log, draw) => {
    const { statements, hashes, index } = replaceEntry(log, draw);
    const notes = log.sizes.filter((size) => size > index).map((size) => checkpointOf(hashes.slice(0, size), log.owner));
    // Everything agrees with itself; only what is remembered does not, and it says nothing of where.
    return { statements: [...statements, ...setTiles(log, hashes, Infinity), ...notes.map(setCheckpoint)], index: goodBelow(log, log.entries.length) };
  },
  "replay an old checkpoint": (log, draw) => {
    const size = draw.of(log.sizes.slice(0, -1));
    const forget = `delete from audit_checkpoints where size > ${size}`;
    return { statements: [forget, ...cutTiles(log, size), `update audit_tree set size = ${size}`, nextIndex(size)], index: size };
  },
  "restore an old database": (log, draw) => {
    const size = draw.of(log.sizes.slice(0, -1));
    const forget = [`delete from audit_checkpoints where size > ${size}`, `update audit_tree set size = ${size}`, nextIndex(size)];
    return { statements: [...deleteWhole(log, size, log.entries.length), ...cutTiles(log, size), ...forget], index: size };
  },
  "restore an old database and go on": (log, draw) => {
    const size = draw.of(log.sizes.slice(0, -1));
    const lost = deleteWhole(log, size, log.entries.length);
    const hashes = log.hashes.slice(0, size);
    const anew = Array.from({ length: log.entries.length - size }, (_, at) => {
      const entry = freshEntry(log, draw, size + at);
      hashes.push(leafHash(entry.bytes));
      return entry.statements;
    });
    const note = setCheckpoint(checkpointOf(hashes, log.owner));
    const forget = `delete from audit_checkpoints where size > ${size} and size < ${log.entries.length}`;
    return { statements: [...lost, ...anew.flat(), ...setTiles(log, hashes, Infinity), forget, note], index: size };
  },
  "drop entries without the log's word": (log, draw) => {
    const [from, to] = draw.pair(log.entries.length);
    const range = `insert into audit_dropped_ranges (from_index, to_index, logged_by, dropped_at) values (${from}, ${to}, '${draw.of(log.entries).id}', '2026-03-02')`;
    return { statements: [range, ...deleteWhole(log, from, to)], index: from };
  },
  "change how far the log has come": (log, draw) => {
    const size = draw.below(2 * log.entries.length);
    if (size === log.entries.length) return undefined;
    return { statements: [draw.of([`update audit_tree set size = ${size}`, nextIndex(Math.min(size, log.entries.length - 1)), "update audit_log set origin = origin || 'x'"])] };
  },
};

const firstLeafOf = ({ level, tile }: Pick<Tile, "level" | "tile">, at: number): number => (tile * TILE_WIDTH + at) * TILE_WIDTH ** level;

function setTile(tile: Pick<Tile, "level" | "tile">, was: Buffer, is: Buffer): DatabaseTampering | undefined {
  const at = Array.from({ length: Math.max(was.length, is.length) / HASH_BYTES }, (_, place) => place * HASH_BYTES)
    .findIndex((start) => !was.subarray(start, start + HASH_BYTES).equals(is.subarray(start, start + HASH_BYTES)));
  if (at < 0) return undefined;
  return { statements: [`update audit_tiles set hashes = ${hex(is)} where level = ${tile.level} and tile = ${tile.tile}`], index: firstLeafOf(tile, at) };
}

/** An entry that says something else, and is searched by what it says. */
export function replaceEntry(log: DatabaseLog, draw: Draw, index = draw.below(log.entries.length)): { statements: string[]; index: number; hashes: Buffer[] } {
  const { id, bytes } = log.entries[index]!;
  const actor = `mallory-${draw.below(1e9)}`;
  const replaced = canonicalBytes({ ...(JSON.parse(bytes.toString()) as object), actor });
  return {
    statements: [setEntry(index, replaced), `update audit_entry_facts set actor = '${actor}' where id = '${id}'`, noteCombination(id)],
    index,
    hashes: log.hashes.with(index, leafHash(replaced)),
  };
}

/** What the trigger would have done: without it the entry is found to be missing from searches. */
const noteCombination = (id: string): string =>
  `insert into audit_combinations (combination, terms)
   select f.combination, audit_terms(f.action, f.actor, f.object, f.fields, f.purpose, f.basis, f.outcome) from audit_entry_facts f where f.id = '${id}'`;

function rewritten(log: DatabaseLog, draw: Draw, highest: number): DatabaseTampering {
  const { statements, index, hashes } = replaceEntry(log, draw);
  const first = index - (index % TILE_WIDTH);
  const isSeenAbove = highest === 0 && first + TILE_WIDTH <= log.entries.length;
  return { statements: [...statements, ...setTiles(log, hashes, highest)], index: isSeenAbove ? Math.min(first, goodUpTo(log, index)) : goodUpTo(log, index) };
}

const insertEntry = (log: DatabaseLog, draw: Draw, index: number): string[] => freshEntry(log, draw, index).statements;

/** An entry that the log never had, with what it is searched by. */
function freshEntry({ entries }: DatabaseLog, draw: Draw, index: number): { statements: string[]; bytes: Buffer } {
  const id = `00000000-0000-7000-8000-${String(draw.below(1e9)).padStart(12, "0")}`;
  const { subjects: _, ...like } = JSON.parse(draw.of(entries).bytes.toString()) as { subjects?: unknown; id: string };
  const bytes = canonicalBytes({ ...like, id });
  const facts = `insert into audit_entry_facts (id, at, action, actor, object, fields, purpose, basis, outcome, source)
    select '${id}', at, action, actor, object, fields, purpose, basis, outcome, source from audit_entry_facts where id = '${like.id}'`;
  return { statements: [`insert into audit_entries (leaf_index, id, entry) values (${index}, '${id}', ${hex(bytes)})`, facts], bytes };
}
