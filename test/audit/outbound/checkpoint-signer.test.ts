import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { openSigner } from "../../../src/audit/outbound/checkpoint-signer";
import { openSigningProgram } from "../../../src/audit/outbound/signing-program";
import { loadKeyring } from "../../../src/platform/crypto/keyring";
import { newKeys, rotateSigningKey } from "../../../src/platform/crypto/keys-file";
import { createKeysFile } from "../../../src/platform/crypto/keys-storage";
import { formatCheckpoint, openCheckpoint, UnknownSigner } from "../../../src/protocol/tlog/checkpoint";
import { leafHash } from "../../../src/protocol/tlog/merkle-tree";
import { COSIGNATURE, ED25519, formatVkey, vkeyOf } from "../../../src/protocol/tlog/signed-note";
import { scratch } from "../../support/scratch";
import { TestClock } from "../../support/test-clock";

const ORIGIN = "log.example/audit";
const CHECKPOINT = { origin: ORIGIN, size: 1, root: leafHash(Buffer.from("entry")) };
const START = new Date("2026-03-02T09:00:00Z");
const LATER = new Date("2026-03-03T09:00:00Z");
const END = new Date("2026-03-10T09:00:00Z");

const place = scratch();
const clock = new TestClock();
afterAll(() => place.remove());

const noteOf = (lines: string): string => `${formatCheckpoint(CHECKPOINT)}\n${lines}`;

describe("the keys file", () => {
  createKeysFile(place.path("keys.json"), rotateSigningKey(newKeys(START), "auditKeys", LATER, END));
  const keyring = loadKeyring(place.path("keys.json"), clock);
  const signer = openSigner({}, keyring);
  const signersAt = async (now: Date): Promise<string[]> => {
    clock.set(now);
    const all = signer.vkeys(ORIGIN);
    const { signers } = openCheckpoint(noteOf(await signer.sign(CHECKPOINT)), all);
    return signers.map(({ id }) => id).sort();
  };
  clock.set(START);
  const [old, next] = signer.vkeys(ORIGIN).map(({ id }) => id) as [string, string];

  test("signs with the key that has begun, with both during a rotation, and then with the new one alone", async () => {
    expect(await signersAt(START)).toEqual([old]);
    expect(await signersAt(LATER)).toEqual([old, next].sort());
    expect(await signersAt(END)).toEqual([next]);
  });

  test("names every key that it ever had under the origin, the present one first", () => {
    for (const [now, ids] of [[START, [old, next]], [LATER, [next, old]], [END, [next, old]]] as const) {
      clock.set(now);
      expect(signer.vkeys(ORIGIN)).toMatchObject(ids.map((id) => ({ name: ORIGIN, id, type: ED25519 })));
    }
  });

  test("signs nothing before its first key begins", async () => {
    clock.set("2026-03-02T08:59:59Z");
    await expect(signer.sign(CHECKPOINT)).rejects.toThrow("no audit key of the keys file signs at this time");
  });
});

describe("a program that signs", () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const key = place.path("key.pem");
  writeFileSync(key, privateKey.export({ format: "pem", type: "pkcs8" }));
  const vkey = vkeyOf(ORIGIN, ED25519, privateKey);
  const keyring = loadKeyring(place.path("keys.json"), clock);
  beforeEach(() => clock.set(START));

  /** A program in a file of its own: its path and arguments hold no spaces, so that it can be a command. */
  const programOf = (name: string, source: string): string => {
    writeFileSync(place.path(`${name}.cjs`), source);
    return `${process.execPath}  ${place.path(`${name}.cjs`)} ${key}`;
  };
  const SIGNING = `
    const { readFileSync } = require("node:fs");
    const signature = require("node:crypto").sign(null, readFileSync(0), readFileSync(process.argv[2]));`;
  const signerOf = (command: string, text = formatVkey(vkey)) => openSigner({ auditSigner: { command, vkey: text } }, keyring);

  test("signs in the place of the keys file, whose keys stay known for what they signed before", async () => {
    const signer = signerOf(programOf("good", `${SIGNING} console.log(signature.toString("base64"));`));
    const note = noteOf(await signer.sign(CHECKPOINT));
    expect(openCheckpoint(note, [vkey]).signers).toHaveLength(1);
    const [first, ...others] = signer.vkeys(ORIGIN);
    expect(first).toMatchObject({ name: ORIGIN, id: vkey.id });
    expect(() => openCheckpoint(note, others)).toThrow(UnknownSigner);
    expect(openCheckpoint(noteOf(await openSigner({}, keyring).sign(CHECKPOINT)), others).signers).toHaveLength(1);
  });

  test.each([
    ["signs something else", `${SIGNING.replace("readFileSync(0)", '"else"')} console.log(signature.toString("base64"));`, "is not of its vkey"],
    ["answers a part of a signature", `${SIGNING} console.log(signature.subarray(1).toString("base64"));`, "is not of its vkey"],
    ["answers no base64", 'console.log("secret-token!")', "did not answer base64"],
    ["fails without reading", 'console.error("secret-token"); process.exit(3)', "failed (3)"],
    ["answers without end", 'setInterval(() => process.stdout.write("A".repeat(10_000)))', "failed (ERR_CHILD_PROCESS_STDIO_MAXBUFFER)"],
  ])("is not believed where it %s", async (_what, source, why) => {
    const failure: unknown = await signerOf(programOf("bad", source)).sign(CHECKPOINT).catch((error: unknown) => error);
    expect((failure as Error).message).toContain(why);
    expect((failure as Error).message).not.toContain("secret-token");
  });

  test("is given up where it does not answer in time", async () => {
    const program = openSigningProgram({ command: programOf("slow", "setInterval(() => undefined, 1000)"), vkey: formatVkey(vkey), withinMs: 300 });
    await expect(program.sign(CHECKPOINT)).rejects.toThrow("failed (no answer in time)");
  });

  test("is said not to be there where it is not", async () => {
    await expect(signerOf(place.path("nothing")).sign(CHECKPOINT)).rejects.toThrow("failed (ENOENT)");
  });

  test("signs for no other log than its vkey's", async () => {
    const signer = signerOf(programOf("good", `${SIGNING} console.log(signature.toString("base64"));`));
    await expect(signer.sign({ ...CHECKPOINT, origin: "log.example/other" })).rejects.toThrow("the log is log.example/other");
  });

  test("is refused with a vkey that is not a log's", () => {
    expect(() => signerOf("sign", "no vkey")).toThrow("CADASTRE_AUDIT_SIGN_VKEY: expected a vkey");
    expect(() => signerOf("sign", formatVkey(vkeyOf(ORIGIN, COSIGNATURE, privateKey)))).toThrow("is the vkey of a witness, not of a log");
  });
});
