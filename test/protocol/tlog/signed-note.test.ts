import { generateKeyPairSync, sign, verify } from "node:crypto";
import fc from "fast-check";
import {
  COSIGNATURE, ED25519, formatSignatureLine, formatVkey, parseNote, parseSignatureLine, parseVkey, vkeyOf,
} from "../../../src/protocol/tlog/signed-note";

// The example of the specification (C2SP signed-note, "Example").
const VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const LINE = "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
const TEXT = "This is an example message.\n";
const NOTE = `${TEXT}\n${LINE}`;

const { privateKey } = generateKeyPairSync("ed25519");
const bytes = (text: string): Buffer => Buffer.from(text);

describe("the specification's example", () => {
  test("is verified by its vkey", () => {
    const { text, signatures: [signature] } = parseNote(NOTE);
    const { name, id, publicKey } = parseVkey(VKEY);
    expect(text).toBe(TEXT);
    expect(signature).toMatchObject({ name, id, line: LINE });
    expect(verify(null, bytes(text), publicKey, signature!.signature)).toBe(true);
  });

  test("is read the same from bytes, and its parts are written the same again", () => {
    expect(parseNote(bytes(NOTE))).toEqual(parseNote(NOTE));
    const { signatures: [signature] } = parseNote(NOTE);
    expect(formatSignatureLine(signature!.name, signature!.id, signature!.signature)).toBe(LINE);
    expect(formatVkey(parseVkey(VKEY))).toBe(VKEY);
  });

  test("of a key in several languages is read up to its last empty line", () => {
    const note = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    expect(parseNote(note)).toMatchObject({ text: note.slice(0, note.indexOf("\n—")), signatures: [{ name: "quasimodo.example/salvatore" }] });
  });
});

const BASE64 = LINE.trimEnd().split(" ")[2] as string;
const line = (name: string, base64 = BASE64): string => `— ${name} ${base64}\n`;

describe("a note is refused", () => {
  test.each<[string, string | Buffer, string]>([
    ["that is empty", "", "no empty line"],
    ["without an empty line", `${TEXT}${LINE}`, "no empty line"],
    ["with nothing before its signatures", `\n${LINE}`, "no empty line"],
    ["without signatures", `${TEXT}\n`, "no signatures"],
    ["whose signatures end with an empty line", `${NOTE}\n`, "no signatures"],
    ["that does not end with a line end", NOTE.trimEnd(), "does not end with a line end"],
    ["with something behind its signatures", `${NOTE}more\n`, "malformed"],
    ["with something between its signatures", `${NOTE}more\n${LINE}`, "malformed"],
    ["with line ends of another kind", NOTE.replaceAll("\n", "\r\n"), "control characters"],
    ["with a tab", NOTE.replace(" ", "\t"), "control characters"],
    ["with a NUL", NOTE.replace(" ", "\0"), "control characters"],
    ["with an escape in a name", `${TEXT}\n${line("exa\u001bmple")}`, "control characters"],
    ["with the last control character", NOTE.replace(" ", "\u001f"), "control characters"],
    ["that is not UTF-8", Buffer.concat([Buffer.from([0xc3, 0x28]), bytes(NOTE)]), "not UTF-8"],
    ["with half of a pair of surrogates", Buffer.concat([Buffer.from([0xed, 0xa0, 0x80]), bytes(NOTE)]), "not UTF-8"],
    ["that is too long", `${"x".repeat(1024 * 1024)}${NOTE}`, "too long"],
    ["that is too long in bytes alone", bytes(`${"é".repeat(512 * 1024)}${NOTE}`), "too long"],
    ["with more than a hundred signatures", `${TEXT}\n${LINE.repeat(101)}`, "too many signatures"],
  ])("%s", (_what, note, why) => {
    expect(() => parseNote(note)).toThrow(new RegExp(why));
  });

  const short = (length: number): string => Buffer.alloc(length, 7).toString("base64");
  test.each([
    ["a hyphen in the place of the dash", LINE.replace("—", "-")],
    ["an en dash", LINE.replace("—", "–")],
    ["no dash", LINE.slice(2)],
    ["something before the dash", ` ${LINE}`],
    ["no name", `—  ${BASE64}\n`],
    ["a plus sign in the name", line("example.com+foo")],
    ["a space in the name", line("example com")],
    ["a no-break space in the name", line("example\u00a0com")],
    ["a line separator in the name", line("example\u2028com")],
    ["an ideographic space in the name", line("example\u3000com")],
    ["no signature", "— example.com/foo\n"],
    ["a tab's worth of spaces", LINE.replace("foo ", "foo  ")],
    ["a space at its end", LINE.replace("\n", " \n")],
    ["something behind the signature", LINE.replace("\n", " more\n")],
    ["base64 without padding", line("a", BASE64.slice(0, -1))],
    ["base64 with too much padding", line("a", `${BASE64}=`)],
    ["base64 of another alphabet", line("a", BASE64.replaceAll("+", "-").replaceAll("/", "_").replace("A", "_"))],
    ["base64 whose last bits are not zero", line("a", BASE64.replace("M=", "N="))],
    ["base64 with padding inside", line("a", `AA==${BASE64}`)],
    ["a key ID alone", line("a", short(4))],
    ["not even a key ID", line("a", short(3))],
    ["an empty signature", "— a =\n"],
  ])("whose signature line has %s", (_what, signatureLine) => {
    for (const note of [`${TEXT}\n${signatureLine}`, `${TEXT}\n${LINE}${signatureLine}`, `${TEXT}\n${signatureLine}${LINE}`]) expect(() => parseNote(note)).toThrow(Error);
    expect(() => parseSignatureLine(signatureLine.replace(/\n$/, ""))).toThrow(Error);
  });
});

describe("a note is taken", () => {
  test.each([
    ["a hundred signatures", `${TEXT}\n${LINE.repeat(100)}`, 100],
    ["a signature said twice", NOTE + LINE, 2],
    ["signatures of kinds and lengths that nobody knows", `${TEXT}\n${line("pq.example", Buffer.alloc(5000).toString("base64"))}${line("é—ß", Buffer.alloc(5).toString("base64"))}`, 2],
    ["a text that looks like a signature", `${LINE}\n${LINE}`, 1],
    ["empty lines at the end of its text", `${TEXT}\n\n${LINE}`, 1],
    ["a byte order mark, which belongs to its text", `\ufeff${NOTE}`, 1],
  ])("with %s", (_what, note, signatures) => {
    const read = parseNote(bytes(note));
    expect(read.signatures).toHaveLength(signatures);
    expect(`${read.text}\n${read.signatures.map((each) => each.line).join("")}`).toBe(note);
  });

  test("and said again exactly, whatever its text and its signatures", () => {
    const text = fc.array(fc.string({ unit: "grapheme" }).map((part) => part.replace(/[\u0000-\u001f]/g, "")), { minLength: 1 }).map((lines) => `${lines.join("\n")}\n`);
    const signatures = fc.array(fc.tuple(fc.stringMatching(/^[^\s+\u0000-\u001f\u0085]+$/), fc.uint8Array({ minLength: 1, maxLength: 100 })), { minLength: 1, maxLength: 16 });
    fc.assert(
      fc.property(text, signatures, (said, signed) => {
        const lines = signed.map(([name, signature]) => formatSignatureLine(name, "0a0b0c0d", Buffer.from(signature)));
        const note = parseNote(`${said}\n${lines.join("")}`);
        expect(note.text).toBe(said);
        expect(note.signatures.map((each) => each.line)).toEqual(lines);
      }),
    );
  });
});

describe("a vkey", () => {
  const raw = (type: number, length = 32): string => Buffer.concat([Buffer.from([type]), Buffer.alloc(length, 7)]).toString("base64");
  const [name, id, key] = VKEY.split("+") as [string, string, string];

  test.each([
    ["is empty", "", "expected a vkey"],
    ["has no name", `+${id}+${key}`, "expected a vkey"],
    ["has a space in its name", `example com+${id}+${key}`, "expected a vkey"],
    ["has a plus sign in its name", `example+com+${id}+${key}`, "expected a vkey"],
    ["has no key ID", `${name}++${key}`, "expected a vkey"],
    ["has a short key ID", `${name}+${id.slice(1)}+${key}`, "expected a vkey"],
    ["has a long key ID", `${name}+0${id}+${key}`, "expected a vkey"],
    ["has a key ID in capitals", `${name}+${id.toUpperCase()}+${key}`, "expected a vkey"],
    ["has no key", `${name}+${id}+`, "expected a vkey"],
    ["ends with a line end", `${VKEY}\n`, "expected a vkey"],
    ["has a space before it", ` ${VKEY}`, "expected a vkey"],
    ["has a key with padding that it needs not", `${VKEY}=`, "not canonical base64"],
    ["has a key whose last bits are not zero", `${name}+${id}+${raw(1, 33).slice(0, -3)}B==`, "not canonical base64"],
    ["has the key ID of another name", VKEY.replace("foo", "bar"), "key ID does not fit"],
    ["has the key ID of another key", `${name}+${id}+${raw(ED25519)}`, "key ID does not fit"],
    ["has the key ID of another type", `${name}+${id}+${Buffer.concat([Buffer.from([COSIGNATURE]), Buffer.from(key, "base64").subarray(1)]).toString("base64")}`, "key ID does not fit"],
    ["has a key that is too short", `${name}+${id}+${raw(ED25519, 31)}`, "not of an Ed25519 key"],
    ["has a key that is too long", `${name}+${id}+${raw(ED25519, 33)}`, "not of an Ed25519 key"],
    ["is of an unknown type", `${name}+${id}+${raw(2)}`, "not of an Ed25519 key"],
    ["is of a post-quantum witness", `${name}+${id}+${raw(6, 1312)}`, "not of an Ed25519 key"],
  ])("is refused that %s", (_what, text, why) => {
    expect(() => parseVkey(text)).toThrow(why);
  });

  test("has another key ID for another name and another type, and is read as it was written", () => {
    const vkeys = [vkeyOf("a", ED25519, privateKey), vkeyOf("b", ED25519, privateKey), vkeyOf("a", COSIGNATURE, privateKey)];
    expect(new Set(vkeys.map((vkey) => vkey.id)).size).toBe(3);
    for (const vkey of vkeys) expect(formatVkey(parseVkey(formatVkey(vkey)))).toBe(formatVkey(vkey));
    const signature = sign(null, bytes(TEXT), privateKey);
    expect(verify(null, bytes(TEXT), parseVkey(formatVkey(vkeys[0]!)).publicKey, signature)).toBe(true);
  });

  test.each(["", "a b", "a+b", "a\nb", "a\u00a0b"])("is not made for the name %j", (odd) => {
    expect(() => vkeyOf(odd, ED25519, privateKey)).toThrow("a key's name is not empty");
  });
});
