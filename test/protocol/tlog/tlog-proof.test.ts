import fc from "fast-check";
import { formatTlogProof, isTlogProof, parseTlogProof, type TlogProof } from "../../../src/protocol/tlog/tlog-proof";

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
const HASH = Buffer.alloc(32, 7);
const CHECKPOINT = "log.example/audit\n1\nroot\n\n— log.example/audit AAAA\n";
const PROOF: TlogProof = { index: 5, hashes: [HASH, HASH], checkpoint: CHECKPOINT, extra: Buffer.from("{}") };
const TEXT = formatTlogProof(PROOF);

test("a proof is written as the specification writes it", () => {
  const base64 = HASH.toString("base64");
  expect(TEXT).toBe(`c2sp.org/tlog-proof@v1\nextra e30=\nindex 5\n${base64}\n${base64}\n\n${CHECKPOINT}`);
  expect(formatTlogProof({ index: 0, hashes: [], checkpoint: CHECKPOINT })).toBe(`c2sp.org/tlog-proof@v1\nindex 0\n\n${CHECKPOINT}`);
});

test("a proof is read as it was written, with its checkpoint to the last byte", () => {
  const index = fc.nat({ max: Number.MAX_SAFE_INTEGER });
  const proofs = fc.record({ index, hashes: fc.array(hash, { maxLength: 63 }), checkpoint: fc.string(), extra: fc.uint8Array().map((bytes) => Buffer.from(bytes)) }, { requiredKeys: ["index", "hashes", "checkpoint"] });
  fc.assert(fc.property(proofs, (proof) => expect(parseTlogProof(formatTlogProof(proof))).toEqual(proof)));
});

test("a proof is known by its first line", () => {
  expect(isTlogProof(Buffer.from(TEXT))).toBe(true);
  for (const other of ["", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2\n", ` ${TEXT}`, CHECKPOINT]) expect(isTlogProof(Buffer.from(other))).toBe(false);
});

test.each([
  ["nothing", "", "no empty line"],
  ["no checkpoint", TEXT.slice(0, TEXT.indexOf("\n\n") + 1), "no empty line"],
  ["another version", TEXT.replace("@v1", "@v2"), "does not begin with"],
  ["a line before the first", `\n${TEXT}`, "does not begin with"],
  ["carriage returns", TEXT.replaceAll("\n", "\r\n"), "no empty line"],
  ["an extra line behind its index", TEXT.replace("extra e30=\nindex 5", "index 5\nextra e30="), "hash of the proof is not canonical base64"],
  ["two extra lines", TEXT.replace("index", "extra e30=\nindex"), "no line `index N`"],
  ["an extra line without padding", TEXT.replace("e30=", "e30"), "extra line is not canonical base64"],
  ["an extra line whose last bits are not zero", TEXT.replace("e30=", "e31="), "extra line is not canonical base64"],
  ["an extra line with a space at its end", TEXT.replace("e30=", "e30= "), "extra line is not canonical base64"],
  ["no index", TEXT.replace("index 5\n", ""), "no line `index N`"],
  ["an index without a number", TEXT.replace("index 5", "index"), "no line `index N`"],
  ["an index with a leading zero", TEXT.replace("index 5", "index 05"), "no line `index N`"],
  ["a negative index", TEXT.replace("index 5", "index -5"), "no line `index N`"],
  ["half an index", TEXT.replace("index 5", "index 5.5"), "no line `index N`"],
  ["an index past all counting", TEXT.replace("index 5", "index 9007199254740992"), "no line `index N`"],
  ["an index in capitals", TEXT.replace("index 5", "INDEX 5"), "no line `index N`"],
  ["too many hashes", formatTlogProof({ ...PROOF, hashes: Array<Buffer>(64).fill(HASH) }), "too many hashes"],
  ["a short hash", formatTlogProof({ ...PROOF, hashes: [HASH.subarray(1)] }), "does not have 32 bytes"],
  ["a long hash", formatTlogProof({ ...PROOF, hashes: [Buffer.concat([HASH, HASH])] }), "does not have 32 bytes"],
  ["a hash without padding", TEXT.replace("=\n\n", "\n\n"), "hash of the proof is not canonical base64"],
  ["a hash in hexadecimal digits", TEXT.replace(HASH.toString("base64"), HASH.toString("hex")), "does not have 32 bytes|not canonical"],
])("a proof with %s is refused", (_what, text, why) => {
  expect(() => parseTlogProof(text)).toThrow(new RegExp(why));
});
