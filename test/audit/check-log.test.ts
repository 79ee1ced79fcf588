import { appendAuditEntries } from "../../src/audit";
import { openSigner } from "../../src/audit/outbound/checkpoint-signer";
import { HighWater } from "../../src/audit/storage/high-water";
import { checkLog, checkPresentLog } from "../../src/audit/use-cases/check-log";
import { sequenceEntries } from "../../src/audit/use-cases/sequence-entries";
import type { Reader, Tx } from "../../src/platform/database/sql";
import { formatCheckpoint } from "../../src/protocol/tlog/checkpoint";
import { growTiles } from "../../src/protocol/tlog/growing-tiles";
import { leafHash, readRoot } from "../../src/protocol/tlog/merkle-tree";
import { hashesFromTiles } from "../../src/protocol/tlog/tiles";
import { readTiles } from "../../src/audit/storage/log-queries";
import { setup, type World } from "../support/setup";
import { logEntries, publishAll, tamper, type Tampering } from "./logged-world";

/** 700 entries under checkpoints of the sizes 0, 1, 300, 512 and 700, 10 more with a place, 2 that wait. */
const SIZE = 700;
const PLACES = 710;

let world: World;
let remembered: string;

const keysOf = ({ config, keyring }: Reader) => openSigner(config, keyring).vkeys(config.auditOrigin);
const check = (reader: Reader, mark?: string) => checkLog(reader, { trusted: keysOf(reader), remembered: mark });
const found = (steps: readonly Tampering[], mark: string = remembered) => tamper(world.deps, steps, (tx) => check(tx, mark));
const foundAlone = (steps: readonly Tampering[]) => tamper(world.deps, steps, (tx) => check(tx));

beforeAll(async () => {
  world = await setup();
  const { deps } = world;
  await publishAll(deps);
  const pids = [deps.ids.uuid(), deps.ids.uuid()];
  const access = { action: "access.data", actor: "crm", object: "dataset:a:b", purpose: "support", basis: "contract", source: "service:crm \"1\"\u007f\u2028" };
  await logEntries(deps, 1, () => ({ ...access, fields: [] }));
  await logEntries(deps, 299, () => ({ ...access, fields: ["email", "name"] }));
  await logEntries(deps, 212, () => ({ action: "erasure.submit-erasure-request", actor: "ada", subjects: [pids[0]!, pids[1]!, pids[0]!] }));
  world.clock.advance("PT0.12S");
  await logEntries(deps, SIZE - 512);
  remembered = (await new HighWater(deps.config.keysFile).read())!;
  const more = Array.from({ length: PLACES - SIZE }, () => ({ action: "catalog.register-service", actor: "bob", subjects: [pids[0]!] }));
  await deps.transaction((tx) => appendAuditEntries(tx, more));
  await sequenceEntries(deps);
  await deps.transaction((tx) => appendAuditEntries(tx, more.slice(0, 2)));
});
afterAll(() => world.close());

test("a sound log is summed up, with what no checkpoint protects", async () => {
  expect(await check(world.deps.db, remembered)).toEqual({ ok: true, size: SIZE, checkpoints: 5, entries: PLACES, dropped: 0, unprotected: 12, remembered: SIZE });
  expect(await checkPresentLog(world.deps, {})).toMatchObject({ ok: true, remembered: SIZE });
});

test("a log without entries is sound", async () => {
  const empty = await setup();
  expect(await check(empty.deps.db)).toMatchObject({ ok: true, size: 0, checkpoints: 0, remembered: null });
  await publishAll(empty.deps);
  expect(await checkPresentLog(empty.deps, {})).toMatchObject({ ok: true, size: 0, checkpoints: 1, remembered: 0 });
  await empty.close();
});

test("tells how far it has come, and ends where it is told to", async () => {
  const seen: number[] = [];
  await checkLog(world.deps.db, { trusted: keysOf(world.deps.db), onProgress: (checked) => void seen.push(checked) });
  expect(seen).toEqual([PLACES]);
  await expect(checkPresentLog(world.deps, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
});

const ENTRY = (index: number): string => `(select id from audit_entries where leaf_index = ${index})`;
const flip = (index: number): string => `update audit_entries set entry = set_byte(entry, octet_length(entry) - 10, get_byte(entry, octet_length(entry) - 10) # 1) where leaf_index = ${index}`;
const actor = (index: number): string => `update audit_entries set entry = convert_to(replace(convert_from(entry, 'UTF8'), '"actor":"', '"actor":"x'), 'UTF8') where leaf_index = ${index}`;
const place = (from: number, to: number): string => `update audit_entries set leaf_index = ${to} where leaf_index = ${from}`;
const hash = (level: number, tile: number, at: number): string =>
  `update audit_tiles set hashes = set_byte(hashes, ${at * 32 + 5}, get_byte(hashes, ${at * 32 + 5}) # 4) where level = ${level} and tile = ${tile}`;
const forget = (where: string): readonly string[] => [`delete from audit_entries where ${where}`, "delete from audit_entry_facts f where not exists (select from audit_entries e where e.id = f.id) and not exists (select from audit_inbox i where i.id = f.id)",
  "delete from audit_entry_subjects s where not exists (select from audit_entry_facts f where f.id = s.entry_id)"];
const STRANGER = "gen_random_uuid()";
const RANGE = (from: number, to: number, by: string): string => `insert into audit_dropped_ranges (from_index, to_index, logged_by, dropped_at) values (${from}, ${to}, ${by}, '2026-01-01')`;
/** As retention does it, in this transaction: the entry that logs the drop still waits for its place. */
const drop = (from: number, to: number, said = `${from}-${to}`, outcome: "ok" | "denied" = "ok") => async (tx: Tx): Promise<void> => {
  await appendAuditEntries(tx, [{ action: "audit.drop-audit-entries", actor: "ada", source: said, outcome }]);
  await tx.manager.query(RANGE(from, to, "(select id from audit_entry_facts where action = 'audit.drop-audit-entries')"));
  for (const statement of forget(`leaf_index >= ${from} and leaf_index < ${to}`)) await tx.manager.query(statement);
};

const KNOWN = "insert into audit_combinations select distinct combination, audit_terms(action, actor, object, fields, purpose, basis, outcome) from audit_entry_facts";

describe("finds in what the log holds", () => {
  test.each<[string, number, RegExp, readonly Tampering[]]>([
    ["a flipped byte of the first entry", 0, /./, [flip(0)]],
    ["a flipped byte of an entry in the middle", 333, /./, [flip(333)]],
    ["a flipped byte of the last entry under a checkpoint", 699, /./, [flip(699)]],
    ["two of them, the first", 255, /./, [flip(600), flip(255)]],
    ["an entry that was altered with what it is searched by", 40, /hash that its tile holds/, [actor(40), `update audit_entry_facts set actor = 'x' || actor where id = ${ENTRY(40)}`]],
    ["a deleted row", 256, /missing/, ["delete from audit_entries where leaf_index = 256"]],
    ["a deleted row with all that it is searched by", 511, /missing/, forget("leaf_index = 511")],
    ["an inserted row, the others moved up", 100, /./, [
      "update audit_entries set leaf_index = leaf_index + 100000 where leaf_index >= 100", "update audit_entries set leaf_index = leaf_index - 99999 where leaf_index >= 100000",
      `insert into audit_entries select 100, ${STRANGER}, entry from audit_entries where leaf_index = 99`, "update audit_log set next_index = next_index + 1",
    ]],
    ["a row inserted beyond the end", PLACES, /beyond the end/, [`insert into audit_entries select ${PLACES}, ${STRANGER}, entry from audit_entries where leaf_index = 99`]],
    ["swapped rows", 20, /hash/, [place(20, 100_000), place(650, 20), place(100_000, 650)]],
    ["swapped rows next to each other", 255, /hash/, [place(255, 100_000), place(256, 255), place(100_000, 256)]],
    ["an id that is not the entry's", 9, /id is not the entry's/, [`update audit_entries set id = ${STRANGER} where leaf_index = 9`]],
    ["an entry that is no JSON", 9, /not a JSON object/, ["update audit_entries set entry = '\\x00ff' where leaf_index = 9"]],
    ["an entry without a place that has lost one", 705, /missing/, forget("leaf_index = 705")],
    ["places that were given to nobody", PLACES, /missing/, ["update audit_log set next_index = next_index + 3"]],
    ["an end that was moved", 650, /larger than the log/, ["update audit_log set next_index = 650"]],
    ["rows deleted at the end", 690, /missing/, forget("leaf_index >= 690")],
    ["rows deleted at the end, and the end moved", 690, /missing/, [...forget("leaf_index >= 690"), "update audit_log set next_index = 690"]],
  ])("%s", async (_what, index, fault, steps) => {
    expect(await found(steps)).toEqual({ ok: false, faultyIndex: index, fault: expect.stringMatching(fault) as string });
  });
});

describe("finds in what entries are searched by", () => {
  const facts = (change: string, index: number): string => `update audit_entry_facts set ${change} where id = ${ENTRY(index)}`;
  test.each<[string, number, RegExp, readonly Tampering[]]>([
    ["another action", 3, /the action that/, [facts("action = 'access.nothing'", 3)]],
    ["another object", 3, /the object/, [facts("object = 'dataset:b:3'", 3)]],
    ["no object", 3, /the object/, [facts("object = null", 3)]],
    ["an object where there is none", 301, /the object/, [facts("object = 'x'", 301)]],
    ["another purpose", 3, /the purpose/, [facts("purpose = 'marketing'", 3)]],
    ["another basis", 3, /the basis/, [facts("basis = 'consent'", 3)]],
    ["another source", 3, /the source/, [facts("source = 'service:crm'", 3)]],
    ["another outcome", 3, /the outcome/, [facts("outcome = 'denied'", 3)]],
    ["another time, by a microsecond", 3, /the time/, [facts("at = at + interval '1 microsecond'", 3)]],
    ["another time, by a year", 600, /the time/, [facts("at = at - interval '1 year'", 600)]],
    ["other fields", 3, /the fields/, [facts("fields = '{email}'", 3)]],
    ["no fields", 3, /the fields/, [facts("fields = null", 3)]],
    ["fields where there are none", 0, /the fields/, [facts("fields = '{email}'", 0)]],
    ["an empty list of fields where there is none", 301, /the fields/, [facts("fields = '{}'", 301)]],
    ["no list of fields instead of an empty one", 0, /the fields/, [facts("fields = null", 0)]],
    ["a combination that searches do not look into", 300, /pass over/, [`delete from audit_combinations where combination = (select combination from audit_entry_facts where id = ${ENTRY(301)})`]],
    ["a combination of other terms", 1, /pass over/, [`update audit_combinations set terms = '{1}' where combination = (select combination from audit_entry_facts where id = ${ENTRY(2)})`]],
    ["nothing at all", 5, /is missing/, [`delete from audit_entry_facts where id = ${ENTRY(5)}`]],
    ["a subject too few", 301, /the subjects/, [`delete from audit_entry_subjects where entry_id = ${ENTRY(301)} and pid = (select min(pid::text)::uuid from audit_entry_subjects)`]],
    ["no subjects", 301, /the subjects/, [`delete from audit_entry_subjects where entry_id = ${ENTRY(301)}`]],
    ["a subject too many", 303, /the subjects/, [`insert into audit_entry_subjects values (${STRANGER}, ${ENTRY(303)})`]],
    ["another subject", 301, /the subjects/, [`update audit_entry_subjects set pid = ${STRANGER} where entry_id = ${ENTRY(301)} and pid = (select max(pid::text)::uuid from audit_entry_subjects)`]],
    ["an entry that there is not", PLACES, /not in the log/, [`insert into audit_entry_facts (id, at, action, actor, outcome) values (${STRANGER}, '2026-01-01', 'a.b', 'eve', 'ok')`]],
    ["a subject of an entry that there is not", PLACES, /for no entry/, [`insert into audit_entry_subjects values (${STRANGER}, ${STRANGER})`]],
    ["an entry that no longer waits", PLACES, /not in the log/, ["delete from audit_inbox where id = (select min(id::text)::uuid from audit_inbox)"]],
  ])("%s", async (_what, index, fault, steps) => {
    expect(await found(steps)).toEqual({ ok: false, faultyIndex: index, fault: expect.stringMatching(fault) as string });
  });
});

describe("finds in tiles", () => {
  test.each<[string, number, RegExp, readonly Tampering[]]>([
    ["an altered leaf hash", 300, /hash that its tile holds/, [hash(0, 1, 44)]],
    ["an altered leaf hash of the last, partial tile", 690, /hash that its tile holds/, [hash(0, 2, 178)]],
    ["an altered hash above", 256, /level 1 is not/, [hash(1, 0, 1)]],
    ["a tile that is missing", 256, /level 0 holds 0 hashes instead of 256/, ["delete from audit_tiles where level = 0 and tile = 1"]],
    ["a tile above that is missing", 0, /level 1 holds 0 hashes instead of 2/, ["delete from audit_tiles where level = 1"]],
    ["a tile that is too short", 699, /holds 187 hashes instead of 188/, ["update audit_tiles set hashes = substring(hashes from 1 for 32 * 187) where level = 0 and tile = 2"]],
    ["a tile that is too long", SIZE, /holds 189 hashes/, ["update audit_tiles set hashes = hashes || substring(hashes from 1 for 32) where level = 0 and tile = 2"]],
    ["a tile too many", SIZE, /larger tree/, ["insert into audit_tiles select 2, 0, hashes from audit_tiles where level = 1"]],
    ["another size", 650, /./, ["update audit_tree set size = 650"]],
    ["entries that were replaced with their leaf hashes", 256, /level 1 is not/, [actor(301), `update audit_entry_facts set actor = 'x' || actor where id = ${ENTRY(301)}`, rehash(301)]],
  ])("%s", async (_what, index, fault, steps) => {
    expect(await found(steps)).toEqual({ ok: false, faultyIndex: index, fault: expect.stringMatching(fault) as string });
  });
});

describe("finds by checkpoints", () => {
  const replaced = (index: number): readonly Tampering[] => [actor(index), `update audit_entry_facts set actor = 'x' || actor where id = ${ENTRY(index)}`, rebuildTiles];
  const copy = (from: number, to: number): string => `insert into audit_checkpoints select ${to}, root, note, signed_at from audit_checkpoints where size = ${from}`;
  test.each<[string, number, RegExp, readonly Tampering[]]>([
    ["an entry that was replaced with all tiles, from the checkpoint before", 300, /size 512: the tree has another root/, replaced(301)],
    ["one before it", 1, /size 300: the tree has another root/, replaced(299)],
    ["one in the last tile", 512, /size 700.* another root/, replaced(699)],
    ["the first one", 0, /size 1: the tree has another root/, replaced(0)],
    ["an altered root", 300, /size 512: its row says otherwise/, ["update audit_checkpoints set root = sha256('') where size = 512"]],
    ["an altered note", 300, /size 512: .*not genuine/, ["update audit_checkpoints set note = replace(note, '512', '513') where size = 512"]],
    ["an altered signature", 300, /size 512: /, ["update audit_checkpoints set note = overlay(note placing 'AAAA' from length(note) - 10) where size = 512"]],
    ["a note that is none", 300, /size 512: the note has/, ["update audit_checkpoints set note = 'x' where size = 512"]],
    ["a malformed cosignature", 300, /size 512: a signature line/, ["insert into audit_cosignatures values (512, 'w', E'— w ?\\n', '2026-01-01')"]],
    ["the newest one taken away", 512, /newest checkpoint is missing/, ["delete from audit_checkpoints where size = 700"]],
    ["all taken away", 0, /newest checkpoint is missing/, ["delete from audit_checkpoints"]],
    ["an old one replayed as the newest", 512, /size 700: its row says otherwise/, ["delete from audit_checkpoints where size = 700", copy(512, 700)]],
    ["an old one replayed beyond the tree", SIZE, /size 800: its row says otherwise/, [copy(512, 800)]],
    ["an old one replayed far beyond the tree", SIZE, /larger tree/, [copy(512, 80_000)]],
    ["one that was moved", 512, /size 600: its row/, [copy(512, 600)]],
    ["one of another key", 512, /none of the trusted keys/, [resign("other", 512)]],
    ["another name of the log", 0, /another log/, ["update audit_log set origin = 'elsewhere'"]],
  ])("%s", async (_what, index, fault, steps) => {
    expect(await found(steps)).toEqual({ ok: false, faultyIndex: index, fault: expect.stringMatching(fault) as string });
  });
});

describe("finds by the checkpoint remembered outside", () => {
  const older: readonly Tampering[] = [...forget("leaf_index >= 512"), "delete from audit_checkpoints where size > 512", "update audit_log set next_index = 512", "update audit_tree set size = 512", rebuildTiles];

  test("an older database, which is sound in itself", async () => {
    expect(await foundAlone(older)).toMatchObject({ ok: true, size: 512, remembered: null });
    expect(await found(older)).toEqual({ ok: false, faultyIndex: 512, fault: expect.stringContaining("ends before the checkpoint of size 700") as string });
  });

  test("a fork that the stolen key has signed, of the same size, smaller and larger", async () => {
    const forked = [actor(400), `update audit_entry_facts set actor = 'x' || actor where id = ${ENTRY(400)}`, KNOWN, rebuildTiles, resign("same", 300)];
    expect(await foundAlone(forked)).toMatchObject({ ok: true, size: 700 });
    expect(await found(forked)).toMatchObject({ ok: false, fault: expect.stringMatching(/size 700 that is remembered .* another root/) as string });
    const [old] = await world.deps.db.query<{ note: string }>("olderMark", "select note from audit_checkpoints where size = 512");
    expect(await found(forked, old!.note)).toEqual({ ok: false, faultyIndex: 300, fault: expect.stringContaining("size 512 that is remembered") as string });
  });

  test("that it is no checkpoint of this log", async () => {
    expect(await found([], "x")).toMatchObject({ faultyIndex: SIZE, fault: expect.stringContaining("remembered outside") as string });
    expect(await found([], remembered.replace("\n700\n", "\n701\n"))).toMatchObject({ faultyIndex: SIZE });
  });

  test("nothing wrong in one that is newer than the tree, of entries that have their places", async () => {
    const late: readonly Tampering[] = ["delete from audit_checkpoints where size > 512", "update audit_tree set size = 512", rebuildTiles];
    expect(await found(late)).toMatchObject({ ok: true, size: 512, remembered: 700, unprotected: 200 });
    expect(await found([...late, flip(600)])).toMatchObject({ ok: false });
  });
});

describe("of entries that retention took away", () => {
  test("finds nothing wrong in ranges that the log names", async () => {
    expect(await found([drop(250, 520)])).toMatchObject({ ok: true, dropped: 270, entries: PLACES - 270 });
    expect(await found([drop(0, 700)])).toMatchObject({ ok: true, dropped: 700, size: 700 });
    expect(await found([drop(250, 300, "0-10,250-520")])).toMatchObject({ ok: true, dropped: 50 });
  });

  test.each<[string, number, RegExp, readonly Tampering[]]>([
    ["a range of which no entry speaks", 100, /log does not say so/, [RANGE(100, 120, STRANGER), ...forget("leaf_index >= 100 and leaf_index < 120")]],
    ["a range of which another entry speaks", 100, /log does not say so/, [RANGE(100, 120, ENTRY(5)), ...forget("leaf_index >= 100 and leaf_index < 120")]],
    ["a range that is longer than the log says", 100, /log does not say so/, [drop(100, 121, "100-120")]],
    ["a range whose drop was denied", 100, /log does not say so/, [drop(100, 120, "100-120", "denied")]],
    ["a range that no checkpoint covers", SIZE, /no checkpoint covers/, [drop(690, 705)]],
    ["an entry missing beside a range", 120, /entry is missing/, [drop(100, 120), ...forget("leaf_index = 120")]],
    ["a leaf hash altered where the entry is gone", 0, /level 1 is not/, [drop(100, 120), hash(0, 0, 110)]],
    ["an entry altered beside a range", 99, /./, [drop(100, 120), flip(99)]],
  ])("finds %s", async (_what, index, fault, steps) => {
    expect(await found(steps)).toEqual({ ok: false, faultyIndex: index, fault: expect.stringMatching(fault) as string });
  });
});

/** Computes all tiles from the entries that are there, as whoever owns the database could. */
async function rebuildTiles(tx: Tx): Promise<void> {
  const [{ size }] = await tx.manager.query<[{ size: number }]>("select size::int from audit_tree");
  const entries = await tx.manager.query<{ entry: Buffer }[]>("select entry from audit_entries where leaf_index < $1 order by leaf_index", [size]);
  await tx.manager.query("delete from audit_tiles");
  for (const { level, tile, hashes } of growTiles(0, [], Buffer.concat(entries.map(({ entry }) => leafHash(entry))))) {
    await tx.manager.query("insert into audit_tiles values ($1, $2, $3)", [level, tile, hashes]);
  }
}

function rehash(index: number): (tx: Tx) => Promise<void> {
  return async (tx) => {
    const [{ entry }] = await tx.manager.query<[{ entry: Buffer }]>("select entry from audit_entries where leaf_index = $1", [index]);
    await tx.manager.query("update audit_tiles set hashes = overlay(hashes placing $1 from $2) where level = 0 and tile = $3", [leafHash(entry), (index % 256) * 32 + 1, Math.floor(index / 256)]);
  };
}

/** Signs the checkpoints of larger trees than this again: with the log's own key, as a thief of it would, or with another one. */
function resign(key: "same" | "other", above: number): (tx: Tx) => Promise<void> {
  return async (tx) => {
    const sizes = await tx.manager.query<{ size: number }[]>("select size::int from audit_checkpoints where size > $1", [above]);
    const keyring = key === "same" ? tx.keyring : { auditKeys: tx.keyring.orderKeys, auditSigningKeys: tx.keyring.orderKeys };
    for (const { size } of sizes) {
      const checkpoint = { origin: tx.config.auditOrigin, size, root: await readRoot(size, hashesFromTiles(size, (tiles) => readTiles(tx, tiles))) };
      const note = `${formatCheckpoint(checkpoint)}\n${await openSigner({}, keyring).sign(checkpoint)}`;
      await tx.manager.query("update audit_checkpoints set root = $1, note = $2 where size = $3", [checkpoint.root, note, size]);
    }
  };
}
