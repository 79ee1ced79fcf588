import { droppedLine, formatBundleHeader, isBundle, lastLine, parseBundleHeader } from "../../../src/protocol/tlog/audit-bundle";
import { verifyBundle } from "../../../src/protocol/tlog/bundle-verification";
import { formatLeafRanges } from "../../../src/protocol/tlog/leaf-ranges";
import { GrowingTree, leafHash } from "../../../src/protocol/tlog/merkle-tree";
import { ED25519, formatVkey, vkeyOf } from "../../../src/protocol/tlog/signed-note";
import { formatTlogProof } from "../../../src/protocol/tlog/tlog-proof";
import { parseTrustedKeys } from "../../../src/protocol/tlog/trusted-keys";
import { newPrivateKey, noteOver } from "./static-log";

const privateKey = newPrivateKey();
const keys = parseTrustedKeys([formatVkey(vkeyOf("log.example", ED25519, privateKey))]);
const ENTRIES = Array.from({ length: 30 }, (_, index) => Buffer.from(`{"index":${index}}`));
const [START, END] = [11, 27];

const grown = new GrowingTree();
for (const entry of ENTRIES.slice(0, START)) grown.append(leafHash(entry));
const HEADER = {
  origin: "log.example",
  period: { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" },
  start: { checkpoint: noteOver(ENTRIES.slice(0, START), { privateKey }) },
  end: { checkpoint: noteOver(ENTRIES.slice(0, END), { privateKey }) },
  frontier: [...grown.cover],
  coverage: [],
  dropped: [] as string[],
};
type Header = Omit<typeof HEADER, "start"> & { start: { checkpoint: string } | null };
const whole = new GrowingTree();
for (const entry of ENTRIES) whole.append(leafHash(entry));
/** The entry comes after all others: the hashes of their cover lead from it to the root. */
const dropProof = (...ranges: { from: number; to: number }[]): string => {
  const entry = Buffer.from(JSON.stringify({ action: "audit.drop-audit-entries", outcome: "ok", source: formatLeafRanges(ranges) }));
  return formatTlogProof({ index: ENTRIES.length, hashes: [...whole.cover].reverse(), checkpoint: noteOver([...ENTRIES, entry], { privateKey }), extra: entry });
};
const linesOf = (header: Partial<Header> = {}): Buffer[] => [formatBundleHeader({ ...HEADER, ...header }), ...ENTRIES.slice(START, END), lastLine(END - START)];
async function* streamOf(lines: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* lines;
}
const verify = (lines: readonly Buffer[], since?: string) => verifyBundle(streamOf(lines), { keys, since });
const changed = (change: (lines: Buffer[]) => void): Buffer[] => {
  const lines = linesOf();
  change(lines);
  return lines;
};

describe("an auditor's bundle", () => {
  test("holds every entry between two signed checkpoints", async () => {
    expect(await verify(linesOf())).toMatchObject({ verdict: "GENUINE", start: 11, end: { size: 27 }, disclosed: 16, dropped: 0 });
    expect(isBundle(linesOf()[0] as Buffer)).toBe(true);
    expect(parseBundleHeader(linesOf()[0] as Buffer)).toEqual(HEADER);
  });

  test("may begin with the log itself", async () => {
    const whole = [formatBundleHeader({ ...HEADER, start: null, frontier: [] }), ...ENTRIES.slice(0, END), lastLine(END)];
    expect(await verify(whole)).toMatchObject({ verdict: "GENUINE", start: 0, disclosed: 27 });
    expect(await verify(linesOf({ start: null }))).toMatchObject({ verdict: "FAULTY" });
  });

  test.each([11, 20, 27])("agrees with a checkpoint of %i leaves that was remembered", async (size) => {
    expect(await verify(linesOf(), noteOver(ENTRIES.slice(0, size), { privateKey }))).toMatchObject({ verdict: "GENUINE", since: { size } });
  });

  test("says nothing about remembered checkpoints outside of it", async () => {
    for (const size of [5, 30]) expect(await verify(linesOf(), noteOver(ENTRIES.slice(0, size), { privateKey }))).not.toHaveProperty("since");
  });

  test("is faulty for who remembers another tree", async () => {
    const fork = noteOver([...ENTRIES.slice(0, 15), Buffer.from("other"), ...ENTRIES.slice(16, 20)], { privateKey });
    expect(await verify(linesOf(), fork)).toMatchObject({ verdict: "FAULTY", fault: expect.stringContaining("forked") });
  });

  test("is of an unknown signer for who does not trust the log's key", async () => {
    expect(await verifyBundle(streamOf(linesOf()), { keys: parseTrustedKeys([]) })).toMatchObject({ verdict: "UNKNOWN_SIGNER" });
  });

  test("may lack entries that a proven entry says were dropped", async () => {
    const withHoles = linesOf({ dropped: [dropProof({ from: 0, to: 13 }, { from: 20, to: 21 })] });
    for (const index of [11, 12, 20]) withHoles[1 + index - START] = droppedLine(leafHash(ENTRIES[index] as Buffer));
    expect(await verify(withHoles)).toMatchObject({ verdict: "GENUINE", disclosed: 13, dropped: 3 });
    const another = [...withHoles];
    another[1 + 22 - START] = droppedLine(leafHash(ENTRIES[22] as Buffer));
    expect(await verify(another)).toMatchObject({ verdict: "FAULTY", index: 22 });
  });

  test("is not excused for what it lacks by an entry that names leaves to come", async () => {
    const withHole = linesOf({ dropped: [dropProof({ from: 0, to: 31 })] });
    withHole[1 + 20 - START] = droppedLine(leafHash(ENTRIES[20] as Buffer));
    expect(await verify(withHole)).toMatchObject({ verdict: "FAULTY", index: 20 });
  });

  test("is faulty where what was dropped is proven by another log that is trusted, too", async () => {
    const entry = Buffer.from(JSON.stringify({ action: "audit.drop-audit-entries", outcome: "ok", source: "0-30" }));
    const foreign = formatTlogProof({ index: 0, hashes: [], checkpoint: noteOver([entry], { origin: "other.example", privateKey }), extra: entry });
    const both = parseTrustedKeys(["log.example", "other.example"].map((name) => formatVkey(vkeyOf(name, ED25519, privateKey))));
    expect(await verifyBundle(streamOf(linesOf({ dropped: [foreign] })), { keys: both })).toMatchObject({ verdict: "FAULTY", fault: expect.stringContaining("another log") });
  });

  test("is faulty where it begins with a fork of the log", async () => {
    const fork = noteOver([...ENTRIES.slice(0, START - 1), Buffer.from("other")], { privateKey });
    expect(await verify(linesOf({ start: { checkpoint: fork } }))).toMatchObject({ verdict: "FAULTY" });
  });

  test.each<[string, Buffer[]]>([
    ["an altered entry", changed((lines) => (lines[3] = Buffer.from("{}")))],
    ["an entry left out", changed((lines) => lines.splice(5, 1))],
    ["an entry added", changed((lines) => lines.splice(5, 0, Buffer.from("{}")))],
    ["two entries swapped", changed((lines) => lines.splice(5, 2, lines[6] as Buffer, lines[5] as Buffer))],
    ["an entry hidden", changed((lines) => (lines[4] = droppedLine(leafHash(lines[4] as Buffer))))],
    ["no last line", changed((lines) => lines.pop())],
    ["a line too many", changed((lines) => lines.push(lastLine(16)))],
    ["another number of entries", changed((lines) => (lines[17] = lastLine(15)))],
    ["no header", changed((lines) => lines.shift())],
    ["a spaced header", changed((lines) => (lines[0] = Buffer.from(JSON.stringify(JSON.parse(String(lines[0])), null, 1))))],
    ["another frontier", linesOf({ frontier: [...HEADER.frontier].reverse() })],
    ["no frontier", linesOf({ frontier: [] })],
    ["its checkpoints swapped", linesOf({ start: HEADER.end, end: HEADER.start })],
    ["another origin", linesOf({ origin: "other.example" })],
    ["a malformed proof", linesOf({ dropped: ["proof"] })],
    ["nothing in it", []],
  ])("with %s is faulty", async (_what, lines) => {
    expect(await verify(lines)).toMatchObject({ verdict: "FAULTY" });
  });
});
