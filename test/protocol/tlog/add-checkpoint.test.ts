import fc from "fast-check";
import { formatAddCheckpoint, parseAddCheckpoint, parseSize } from "../../../src/protocol/tlog/add-checkpoint";

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));

test("a request is read as it was written, whatever its note says", () => {
  const request = fc.record({
    oldSize: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    proof: fc.array(hash, { maxLength: 63 }),
    checkpoint: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  });
  fc.assert(fc.property(request, (said) => expect(parseAddCheckpoint(formatAddCheckpoint(said))).toEqual(said)));
});

test("the example of the specification is read", () => {
  const body = Buffer.from("old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\nexample.com/behind-the-sofa\n20852163\n");
  const { oldSize, proof, checkpoint } = parseAddCheckpoint(body);
  expect({ oldSize, hashes: proof.length, checkpoint: checkpoint.toString() }).toEqual({ oldSize: 20852014, hashes: 1, checkpoint: "example.com/behind-the-sofa\n20852163\n" });
});

test.each(["", "-1", "+1", "01", "1.0", "1e3", " 1", "1 ", "0x1", "9007199254740992", "99999999999999999999"])("%j is not a size", (text) => {
  expect(parseSize(text)).toBeUndefined();
});

test.each([
  ["no empty line", "old 1\n", "no empty line"],
  ["no old size", "\n\nnote", "not `old` and a size"],
  ["two spaces", "old  1\n\nnote", "not `old` and a size"],
  ["a carriage return", "old 1\r\n\nnote", "not `old` and a size"],
  ["64 hashes", `old 1\n${`${"A".repeat(43)}=\n`.repeat(64)}\nnote`, "too many hashes"],
  ["a hash in another alphabet", `old 1\n${"_".repeat(43)}=\n\nnote`, "canonical base64"],
  ["a hash without padding", `old 1\n${"A".repeat(43)}\n\nnote`, "canonical base64"],
  ["a long hash", `old 1\n${"A".repeat(44)}\n\nnote`, "32 bytes"],
])("a request with %s is refused", (_what, body, why) => {
  expect(() => parseAddCheckpoint(Buffer.from(body))).toThrow(why);
});
