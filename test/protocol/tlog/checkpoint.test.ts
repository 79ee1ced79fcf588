import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { cosign, formatCheckpoint, openCheckpoint, parseCheckpoint, signCheckpoint, UnknownSigner } from "../../../src/protocol/tlog/checkpoint";
import { leafHash } from "../../../src/protocol/tlog/merkle-tree";
import { COSIGNATURE, ED25519, formatSignatureLine, parseNote, vkeyOf } from "../../../src/protocol/tlog/signed-note";

const newKey = (): KeyObject => generateKeyPairSync("ed25519").privateKey;
const [key, nextKey, witnessKey, otherKey] = [newKey(), newKey(), newKey(), newKey()];
const ORIGIN = "log.example/audit";
const WITNESS = "witness.example/w1";
const AT = new Date("2026-03-02T09:00:00.999Z");
const checkpoint = { origin: ORIGIN, size: 7, root: leafHash(Buffer.from("root")) };
const text = formatCheckpoint(checkpoint);
const vkey = vkeyOf(ORIGIN, ED25519, key);
const nextVkey = vkeyOf(ORIGIN, ED25519, nextKey);
const witness = vkeyOf(WITNESS, COSIGNATURE, witnessKey);
const note = `${text}\n${signCheckpoint(checkpoint, key)}`;
const cosignature = cosign(text, { name: WITNESS, privateKey: witnessKey }, AT);

const ROOT = checkpoint.root.toString("base64");

describe("a checkpoint's text", () => {
  test("is read as it was written, up to the largest size that can be counted to", () => {
    for (const size of [0, 1, 255, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) expect(parseCheckpoint(formatCheckpoint({ ...checkpoint, size }))).toEqual({ ...checkpoint, size });
  });

  test("may have more lines, which mean nothing to us but are signed", () => {
    const extended = `${text}extension 1\nextension 2\n`;
    expect(parseCheckpoint(extended)).toEqual(checkpoint);
    const signed = `${extended}\n${formatSignatureLine(vkey.name, vkey.id, sign(null, Buffer.from(extended), key))}`;
    expect(openCheckpoint(signed, [vkey])).toMatchObject(checkpoint);
    expect(() => openCheckpoint(signed.replace("extension 2", "extension 3"), [vkey])).toThrow("not genuine");
  });

  test.each([
    ["nothing", ""],
    ["no root", `${ORIGIN}\n7\n`],
    ["no origin", `\n7\n${ROOT}\n`],
    ["no size", `${ORIGIN}\n\n${ROOT}\n`],
    ["an empty root", `${ORIGIN}\n7\n\n`],
    ["no line end", `${ORIGIN}\n7\n${ROOT}`],
    ["an empty line among its extensions", `${text}one\n\ntwo\n`],
    ["an empty line at its end", `${text}\n`],
    ["a leading zero", `${ORIGIN}\n07\n${ROOT}\n`],
    ["two zeros", `${ORIGIN}\n00\n${ROOT}\n`],
    ["a sign", `${ORIGIN}\n+7\n${ROOT}\n`],
    ["a negative size", `${ORIGIN}\n-7\n${ROOT}\n`],
    ["half a leaf", `${ORIGIN}\n7.5\n${ROOT}\n`],
    ["a size with an exponent", `${ORIGIN}\n7e1\n${ROOT}\n`],
    ["a hexadecimal size", `${ORIGIN}\n0x7\n${ROOT}\n`],
    ["a size in other digits", `${ORIGIN}\n٧\n${ROOT}\n`],
    ["a space before its size", `${ORIGIN}\n 7\n${ROOT}\n`],
    ["a size past all counting", `${ORIGIN}\n9007199254740992\n${ROOT}\n`],
    ["a size of a million digits", `${ORIGIN}\n${"9".repeat(1_000_000)}\n${ROOT}\n`],
    ["a short root", `${ORIGIN}\n7\n${checkpoint.root.subarray(1).toString("base64")}\n`],
    ["a long root", `${ORIGIN}\n7\n${Buffer.concat([checkpoint.root, Buffer.from("x")]).toString("base64")}\n`],
    ["a root in hexadecimal digits", `${ORIGIN}\n7\n${checkpoint.root.toString("hex")}\n`],
    ["a root without padding", `${ORIGIN}\n7\n${ROOT.slice(0, -1)}\n`],
    ["a root whose last bits are not zero", `${ORIGIN}\n7\n${"A".repeat(42)}B=\n`],
    ["a space behind its root", `${ORIGIN}\n7\n${ROOT} \n`],
  ])("is refused that has %s", (_what, malformed) => {
    expect(() => parseCheckpoint(malformed)).toThrow(/a checkpoint has|of the checkpoint is not/);
  });
});

describe("a checkpoint that its log signed", () => {
  test("says who signed and who cosigned it", () => {
    expect(openCheckpoint(note + cosignature, [vkey, witness])).toMatchObject({ ...checkpoint, signers: [{ id: vkey.id }], witnesses: [{ name: WITNESS }] });
    expect(openCheckpoint(note + cosignature, [vkey])).toMatchObject({ witnesses: [] });
  });

  test("is trusted by either key during a rotation", () => {
    const both = note + signCheckpoint(checkpoint, nextKey);
    expect(openCheckpoint(both, [vkey]).signers).toHaveLength(1);
    expect(openCheckpoint(both, [nextVkey]).signers).toHaveLength(1);
    expect(openCheckpoint(both, [vkey, nextVkey]).signers).toHaveLength(2);
  });

  test("may be signed by keys that we do not know, of its own name too, whatever their signatures are", () => {
    const unknown = [["stranger.example", "01020304"], [ORIGIN, "01020304"], ["stranger.example", vkey.id]] as const;
    const lines = unknown.map(([name, id]) => formatSignatureLine(name, id, Buffer.alloc(64))).join("");
    expect(openCheckpoint(`${text}\n${lines}${signCheckpoint(checkpoint, key)}`, [vkey]).signers).toHaveLength(1);
  });

  test("may hold a signature twice", () => {
    expect(openCheckpoint(note + signCheckpoint(checkpoint, key) + cosignature + cosignature, [vkey, witness])).toMatchObject({ signers: [{}], witnesses: [{}] });
  });
});

describe("a checkpoint is not believed", () => {
  const forged = formatSignatureLine(vkey.name, vkey.id, Buffer.alloc(64));

  test.each([
    ["that only strangers signed", `${text}\n${signCheckpoint(checkpoint, otherKey)}`, [vkey]],
    ["that a stranger signed with the same key ID", `${text}\n${formatSignatureLine("stranger.example", vkey.id, sign(null, Buffer.from(text), key))}`, [vkey]],
    ["that nobody trusts", note, []],
    ["that only a witness cosigned", `${text}\n${cosignature}`, [vkey, witness]],
    ["that the key of another log signed", `${text}\n${formatSignatureLine("other.example", vkeyOf("other.example", ED25519, key).id, sign(null, Buffer.from(text), key))}`, [vkeyOf("other.example", ED25519, key)]],
    ["that its key signed as a witness", `${text}\n${cosign(text, { name: ORIGIN, privateKey: key }, AT)}`, [vkeyOf(ORIGIN, COSIGNATURE, key)]],
  ])("%s: its signer is unknown", (_what, signed, trusted) => {
    expect(() => openCheckpoint(signed, trusted)).toThrow(UnknownSigner);
  });

  test.each([
    ["whose size was altered", note.replace("\n7\n", "\n8\n"), [vkey]],
    ["whose root was altered", note.replace(ROOT, leafHash(Buffer.from("other")).toString("base64")), [vkey]],
    ["whose origin was altered", note.replace(ORIGIN, "log.example/other"), [vkey]],
    ["to which a line was added", note.replace(ROOT, `${ROOT}\nmore`), [vkey]],
    ["with a forged signature beside the genuine one", note + forged, [vkey]],
    ["with a forged signature before the genuine one", `${text}\n${forged}${signCheckpoint(checkpoint, key)}`, [vkey]],
    ["with a forged signature of one of its two keys", `${note}${formatSignatureLine(nextVkey.name, nextVkey.id, Buffer.alloc(64))}`, [vkey, nextVkey]],
    ["whose signature is cut short", `${text}\n${formatSignatureLine(vkey.name, vkey.id, sign(null, Buffer.from(text), key).subarray(1))}`, [vkey]],
    ["whose signature is followed by more", `${text}\n${formatSignatureLine(vkey.name, vkey.id, Buffer.concat([sign(null, Buffer.from(text), key), Buffer.alloc(1)]))}`, [vkey]],
  ])("%s: it was altered", (_what, signed, trusted) => {
    expect(() => openCheckpoint(signed, trusted)).toThrow("is not genuine");
    expect(() => openCheckpoint(signed, trusted)).not.toThrow(UnknownSigner);
  });
});

describe("a cosignature", () => {
  test("holds its time in seconds before 64 bytes of signature", () => {
    const { signatures: [{ signature, name, id } = { signature: Buffer.alloc(0), name: "", id: "" }] } = parseNote(`${text}\n${cosignature}`);
    expect({ name, id, bytes: signature.length }).toEqual({ name: WITNESS, id: witness.id, bytes: 72 });
    expect(signature.readBigUInt64BE(0)).toBe(BigInt(Date.parse("2026-03-02T09:00:00Z") / 1000));
  });

  test("verifies what the specification says is signed", () => {
    const seconds = Date.parse("2026-03-02T09:00:00Z") / 1000;
    const { signatures: [signature] } = parseNote(`${text}\n${cosignature}`);
    expect(sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), witnessKey)).toEqual(signature?.signature.subarray(8));
  });

  const timed = (seconds: bigint, message = `cosignature/v1\ntime ${seconds}\n${text}`): string => {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(seconds);
    return formatSignatureLine(witness.name, witness.id, Buffer.concat([time, sign(null, Buffer.from(message), witnessKey)]));
  };
  const moved = (): string => {
    const { signature } = parseNote(`${text}\n${cosignature}`).signatures[0]!;
    const later = Buffer.from(signature);
    later.writeBigUInt64BE(signature.readBigUInt64BE(0) + 1n);
    return formatSignatureLine(witness.name, witness.id, later);
  };
  test.each([
    ["whose time was altered", moved()],
    ["without a time", timed(0n)],
    ["of a time past all counting", timed(2n ** 63n)],
    ["that signs the text alone", timed(1n, text)],
    ["that signs without naming what it does", timed(1n, `time 1\n${text}`)],
    ["of another text", cosign(text.replace("7", "8"), { name: WITNESS, privateKey: witnessKey }, AT)],
    ["that is a time only", formatSignatureLine(witness.name, witness.id, Buffer.alloc(8, 1))],
    ["that is shorter than a time", formatSignatureLine(witness.name, witness.id, Buffer.alloc(1, 1))],
    ["without its time before it", formatSignatureLine(witness.name, witness.id, sign(null, Buffer.from(text), witnessKey))],
  ])("%s is not genuine, and neither is then the checkpoint", (_what, line) => {
    expect(() => openCheckpoint(note + line, [vkey, witness])).toThrow(`the signature of ${WITNESS} is not genuine`);
    expect(openCheckpoint(note + line, [vkey]).witnesses).toEqual([]);
  });

  test("of the largest time that can be told is genuine", () => {
    expect(openCheckpoint(note + timed(2n ** 63n - 1n), [vkey, witness]).witnesses).toHaveLength(1);
  });
});
