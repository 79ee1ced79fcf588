import { formatCheckpoint, signCheckpoint } from "../../../src/protocol/tlog/checkpoint";
import { publicKeyText } from "../../../src/protocol/signing-keys";
import { COSIGNATURE, ED25519, formatVkey, vkeyOf } from "../../../src/protocol/tlog/signed-note";
import { encodeBundle } from "../../../src/protocol/tlog/entry-bundle";
import { formatLeafRanges } from "../../../src/protocol/tlog/leaf-ranges";
import { verifyLog } from "../../../src/protocol/tlog/log-verification";
import { parseTrustedKeys } from "../../../src/protocol/tlog/trusted-keys";
import { newPrivateKey, noteOver, readerOf, staticLog } from "./static-log";

const privateKey = newPrivateKey();
const witness = { name: "witness.example", privateKey: newPrivateKey() };
const keys = parseTrustedKeys([
  formatVkey(vkeyOf("log.example", ED25519, privateKey)),
  formatVkey(vkeyOf(witness.name, COSIGNATURE, witness.privateKey)),
]);

const DROPPING = 690;
const entryOf = (index: number): Buffer =>
  Buffer.from(JSON.stringify(index === DROPPING ? { action: "audit.drop-audit-entries", outcome: "ok", source: formatLeafRanges([{ from: 0, to: 256 }, { from: 300, to: 302 }]) } : { index }));
const ENTRIES = Array.from({ length: 700 }, (_, index) => entryOf(index));
const SOUND = staticLog(ENTRIES, { privateKey });
const since = noteOver(ENTRIES.slice(0, 600), { privateKey });

const verify = (files: ReadonlyMap<string, Buffer>, knowledge: { since?: string } = {}) => verifyLog(readerOf(files), { keys, ...knowledge });
const changed = (change: (files: Map<string, Buffer>) => void): Map<string, Buffer> => {
  const files = new Map(SOUND);
  change(files);
  return files;
};
const flip = (path: string, at: number) => changed((files) => files.set(path, files.get(path)!.map((byte, place) => (place === at ? byte ^ 1 : byte)) as Buffer));
/** What retention leaves: bundles with holes are gone, survivors stand alone. */
const afterDropping = (): Map<string, Buffer> =>
  changed((files) => {
    files.delete("tile/entries/000");
    files.delete("tile/entries/001");
    for (let index = 256; index < 512; index += 1) if (index !== 300 && index !== 301) files.set(`entry/${index}`, entryOf(index));
    files.set("dropped", Buffer.from(JSON.stringify([{ from: 0, to: 256, entry: DROPPING }, { from: 300, to: 302, entry: DROPPING }])));
  });

describe("a log of static files", () => {
  test("is genuine with every entry, and extends what was remembered of it", async () => {
    expect(await verify(SOUND, { since })).toMatchObject({ verdict: "GENUINE", disclosed: 700, dropped: 0, checkpoint: { size: 700 }, since: { size: 600 } });
  });

  test.each([0, 1, 255, 256, 257, 512, 700])("is genuine with %i leaves", async (size) => {
    expect(await verify(staticLog(ENTRIES.slice(0, size), { privateKey }))).toMatchObject({ verdict: "GENUINE", disclosed: size });
  });

  test("of more leaves than one tile of level 1 holds is checked at every level", async () => {
    const many = Array.from({ length: 256 * 256 + 300 }, (_, index) => Buffer.from(`${index}`));
    const files = staticLog(many, { privateKey });
    expect(await verify(files)).toMatchObject({ verdict: "GENUINE" });
    const top = "tile/2/000.p/1";
    expect(await verify(new Map(files).set(top, Buffer.alloc(32)))).toMatchObject({ verdict: "FAULTY", index: 0 });
    expect(await verify(new Map(files).set("tile/1/001.p/1", Buffer.alloc(32)))).toMatchObject({ verdict: "FAULTY", index: 65536 });
  });

  test("shows which trusted witnesses cosigned it", async () => {
    const verified = await verify(staticLog(ENTRIES, { privateKey, witness }));
    expect(verified).toMatchObject({ verdict: "GENUINE", checkpoint: { witnesses: [{ name: "witness.example" }] } });
    expect(await verify(SOUND)).toMatchObject({ checkpoint: { witnesses: [] } });
  });

  test("is genuine for who trusts the key without a name, whatever the log is called", async () => {
    const files = staticLog(ENTRIES, { origin: "some.other/name", privateKey });
    expect(await verifyLog(readerOf(files), { keys: parseTrustedKeys([publicKeyText(privateKey)]) })).toMatchObject({ verdict: "GENUINE" });
    expect(await verify(files)).toMatchObject({ verdict: "UNKNOWN_SIGNER" });
  });

  test("is of an unknown signer for everybody else", async () => {
    expect(await verifyLog(readerOf(SOUND), { keys: parseTrustedKeys([]) })).toMatchObject({ verdict: "UNKNOWN_SIGNER" });
  });

  test("without any entry is checked by its hashes alone", async () => {
    const bare = changed((files) => [...files.keys()].filter((path) => path.startsWith("tile/entries/")).forEach((path) => files.delete(path)));
    expect(await verify(bare)).toMatchObject({ verdict: "GENUINE", disclosed: 0 });
  });

  test("may have full tiles where partial ones are asked for", async () => {
    const grown = staticLog([...ENTRIES, ...ENTRIES], { privateKey });
    const swept = changed((files) => {
      for (const partial of ["tile/0/002.p/188", "tile/entries/002.p/188"]) files.delete(partial);
      for (const full of ["tile/0/002", "tile/entries/002"]) files.set(full, grown.get(full)!);
    });
    expect(await verify(swept)).toMatchObject({ verdict: "GENUINE", disclosed: 700, checkpoint: { size: 700 } });
  });

  test("may miss entries that the log itself says were dropped", async () => {
    expect(await verify(afterDropping())).toMatchObject({ verdict: "GENUINE", disclosed: 442, dropped: 258 });
  });

  test.each<[string, Map<string, Buffer>, number]>([
    ["a flipped byte of an entry", flip("tile/entries/001", 10), 256],
    ["a flipped length of an entry", flip("tile/entries/002.p/188", 1), 512],
    ["a flipped hash of a leaf", flip("tile/0/001", 32 * 7), 263],
    ["a flipped hash above", flip("tile/1/000.p/2", 33), 256],
    ["a flipped root", flip("checkpoint", 20), 0],
    ["a missing tile", changed((files) => files.delete("tile/0/001")), 256],
    ["a missing tile above", changed((files) => files.delete("tile/1/000.p/2")), 0],
    ["a cut tile", changed((files) => files.set("tile/0/001", files.get("tile/0/001")!.subarray(0, 32 * 9 + 5))), 265],
    ["a tile that is too long", changed((files) => files.set("tile/0/000", Buffer.concat([files.get("tile/0/000")!, Buffer.alloc(32)]))), 255],
    ["a tile above that is too long", changed((files) => files.set("tile/1/000.p/2", Buffer.concat([files.get("tile/1/000.p/2")!, Buffer.alloc(1)]))), 256],
    ["a missing bundle", changed((files) => files.delete("tile/entries/001")), 256],
    ["a missing first bundle", changed((files) => files.delete("tile/entries/000")), 0],
    ["a cut bundle", changed((files) => files.set("tile/entries/000", encodeBundle(ENTRIES.slice(0, 99)))), 99],
    ["an inserted entry", changed((files) => files.set("tile/entries/000", encodeBundle([...ENTRIES.slice(0, 9), entryOf(5000), ...ENTRIES.slice(9, 255)]))), 9],
    ["an entry too many", changed((files) => files.set("tile/entries/000", encodeBundle(ENTRIES.slice(0, 257)))), 255],
    ["two swapped entries", changed((files) => files.set("tile/entries/000", encodeBundle([entryOf(1), entryOf(0), ...ENTRIES.slice(2, 256)]))), 0],
    ["no checkpoint", changed((files) => files.delete("checkpoint")), 0],
    ["a hole that no entry names", changed((files) => files.set("dropped", Buffer.from('[{"from":256,"to":512,"entry":690}]'))), 256],
    ["a malformed list of holes", changed((files) => files.set("dropped", Buffer.from("{"))), 0],
  ])("with %s is faulty, at the first leaf concerned", async (_what, files, index) => {
    expect(await verify(files)).toMatchObject({ verdict: "FAULTY", index });
  });

  test("whose list of holes lacks one is faulty at that hole", async () => {
    const files = afterDropping().set("dropped", Buffer.from(JSON.stringify([{ from: 0, to: 256, entry: DROPPING }])));
    expect(await verify(files)).toMatchObject({ verdict: "FAULTY", index: 256 });
  });

  test("whose holes are excused by an entry that names leaves to come is faulty", async () => {
    const greedy = Buffer.from(JSON.stringify({ action: "audit.drop-audit-entries", outcome: "ok", source: "0-9007199254740991" }));
    const files = staticLog([...ENTRIES.slice(0, 300), greedy, ...ENTRIES.slice(301)], { privateKey });
    files.delete("tile/entries/000");
    expect(await verify(files.set("dropped", Buffer.from('[{"from":0,"to":256,"entry":300}]')))).toMatchObject({ verdict: "FAULTY", index: 0 });
  });

  test("whose holes are excused by an entry that is not the hashed one is faulty", async () => {
    const forged = Buffer.from(JSON.stringify({ action: "audit.drop-audit-entries", outcome: "ok", source: "0-600" }));
    const bundle = encodeBundle(ENTRIES.slice(512).map((entry, at) => (512 + at === DROPPING ? forged : entry)));
    const files = afterDropping().set("tile/entries/002.p/188", bundle).set("dropped", Buffer.from(JSON.stringify([{ from: 0, to: 600, entry: DROPPING }])));
    expect(await verify(files)).toMatchObject({ verdict: "FAULTY", index: DROPPING });
  });

  test("whose server first shows another excuse for its holes than the hashed entry is faulty", async () => {
    const forged = Buffer.from(JSON.stringify({ action: "audit.drop-audit-entries", outcome: "ok", source: "0-600" }));
    const lie = encodeBundle(ENTRIES.slice(512).map((entry, at) => (512 + at === DROPPING ? forged : entry)));
    const files = afterDropping().set("dropped", Buffer.from(JSON.stringify([{ from: 0, to: 600, entry: DROPPING }])));
    let hasLied = false;
    const read = async (path: string) => {
      if (path !== "tile/entries/002.p/188" || hasLied) return files.get(path);
      hasLied = true;
      return lie;
    };
    expect(await verifyLog(read, { keys })).toMatchObject({ verdict: "FAULTY", index: DROPPING });
  });

  test("whose holes are excused by a refused attempt to drop is faulty", async () => {
    const refused = Buffer.from(JSON.stringify({ action: "audit.drop-audit-entries", outcome: "denied", source: "0-256" }));
    const files = staticLog([...ENTRIES.slice(0, 300), refused], { privateKey }).set("dropped", Buffer.from('[{"from":0,"to":256,"entry":300}]'));
    files.delete("tile/entries/000");
    expect(await verify(files)).toMatchObject({ verdict: "FAULTY", index: 0 });
  });

  test("with a signed checkpoint of another root is faulty after what is remembered", async () => {
    const other = staticLog([...ENTRIES.slice(0, 699), entryOf(9999)], { privateKey }).get("checkpoint")!;
    const files = changed((sound) => sound.set("checkpoint", other));
    expect(await verify(files)).toMatchObject({ verdict: "FAULTY", index: 0 });
    expect(await verify(files, { since })).toMatchObject({ verdict: "FAULTY", index: 600 });
  });

  test("that shows an older checkpoint than the remembered one is faulty at its end", async () => {
    expect(await verify(staticLog(ENTRIES.slice(0, 500), { privateKey }), { since })).toMatchObject({ verdict: "FAULTY", index: 500 });
  });

  test.each([600, 700])("that was forked and signed by the same key is faulty for who remembers %i leaves", async (size) => {
    const fork = staticLog(ENTRIES.map((entry, index) => (index === 550 ? entryOf(9999) : entry)), { privateKey });
    expect(await verify(fork)).toMatchObject({ verdict: "GENUINE" });
    expect(await verify(fork, { since: noteOver(ENTRIES.slice(0, size), { privateKey }) })).toMatchObject({ verdict: "FAULTY", index: 0 });
  });

  test("is not compared with a checkpoint that nobody trusted signed, or of another log", async () => {
    expect(await verify(SOUND, { since: noteOver(ENTRIES, { privateKey: newPrivateKey() }) })).toMatchObject({ verdict: "UNKNOWN_SIGNER" });
    const named = formatVkey(vkeyOf("other.example", ED25519, privateKey));
    const both = { ...keys, vkeys: [...keys.vkeys, ...parseTrustedKeys([named]).vkeys] };
    const other = noteOver(ENTRIES, { origin: "other.example", privateKey });
    expect(await verifyLog(readerOf(SOUND), { keys: both, since: other })).toMatchObject({ verdict: "FAULTY", fault: expect.stringContaining("another log") });
  });

  test("that claims a huge size is faulty at the first missing tile", async () => {
    const huge = { origin: "log.example", size: Number.MAX_SAFE_INTEGER, root: Buffer.alloc(32) };
    const note = `${formatCheckpoint(huge)}\n${signCheckpoint(huge, privateKey)}`;
    expect(await verify(changed((files) => files.set("checkpoint", Buffer.from(note))))).toMatchObject({ verdict: "FAULTY", index: 0 });
  });
});
