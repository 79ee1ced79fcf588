import { execFile } from "node:child_process";
import { createPublicKey, sign, verify } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Clock } from "../../../src/platform/clock";
import { open, seal } from "../../../src/platform/crypto/envelope";
import { type Keyring, loadKeyring, type SigningKey } from "../../../src/platform/crypto/keyring";
import { type KeysFile, newKeys, rotateKek, rotateSigningKey } from "../../../src/platform/crypto/keys-file";
import { replaceKeysFile } from "../../../src/platform/crypto/keys-storage";
import { waitFor } from "../../support/wait-for";

const start = new Date("2026-03-01T00:00:00Z");
const minutes = (count: number): Date => new Date(start.getTime() + count * 60_000);
const place = { table: "subject_keys", column: "wrapped_key", row: "1" };

let folder: string;
let file: string;
let now: Date;
let warnings: string[];
const clock: Clock = { now: () => now };
const load = (): Keyring => loadKeyring(file, clock, (message) => warnings.push(message));
const readFile = (): KeysFile => JSON.parse(readFileSync(file, "utf8")) as KeysFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cadastre-keys-"));
  file = join(folder, "nested", "keys.json");
  now = start;
  warnings = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("the keys file", () => {
  test("is created where there is none, readable by its owner only, and nothing else is left behind", () => {
    load();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "nested"))).toEqual(["keys.json"]);
    expect(warnings).toEqual([]);
  });

  test("gives the same keys at every start", () => {
    const first = load();
    const second = load();
    expect(second.blindIndex("email", "a@b.c")).toEqual(first.blindIndex("email", "a@b.c"));
    expect(second.orderKeys[0]!.publicKey).toBe(first.orderKeys[0]!.publicKey);
  });

  test("is one for processes that start at once", async () => {
    const root = join(__dirname, "../../..");
    const script = `const { loadKeyring } = require("./src/platform/crypto/keyring"); console.log(loadKeyring(process.argv[1]).orderKeys[0].publicKey)`;
    const starts = Array.from({ length: 6 }, () =>
      promisify(execFile)(process.execPath, ["--require", "./scripts/swc-register.cjs", "-e", script, file], { cwd: root }),
    );
    const keys = (await Promise.all(starts)).map(({ stdout }) => stdout.trim());
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^whpk_/);
  });

  test("causes a warning when others may read it", () => {
    load();
    chmodSync(file, 0o640);
    load();
    expect(warnings).toEqual([expect.stringContaining("chmod 600")]);
  });

  test.each<[string, (keys: KeysFile) => unknown, RegExp]>([
    ["no JSON", () => undefined, /not a JSON object/],
    ["another version", (keys) => ({ ...keys, version: 2 }), /version: expected 1/],
    ["no key-encrypting key", (keys) => ({ ...keys, keks: [] }), /keks: expected a list/],
    ["a short key", (keys) => ({ ...keys, keks: [{ ...keys.keks[0], secret: "c2hvcnQ=" }] }), /keks\[0\]\.secret: expected 32 bytes/],
    ["no blind-index key", (keys) => ({ ...keys, blindIndex: undefined }), /blindIndex\.secret/],
    ["one id twice", (keys) => ({ ...keys, keks: [keys.keks[0], keys.keks[0]] }), /keks: two keys have the same id/],
    ["an id that would break the envelope", (keys) => ({ ...keys, keks: [{ ...keys.keks[0], id: "a.b" }] }), /keks\[0\]\.id/],
    ["no signing key", (keys) => ({ ...keys, orderKeys: [null] }), /orderKeys\[0\]\.id/],
    ["a signing key of another kind", (keys) => ({ ...keys, auditKeys: [{ ...keys.auditKeys[0], secret: keys.keks[0]!.secret }] }), /auditKeys\[0\]\.secret: expected an Ed25519/],
    ["a wrong instant", (keys) => ({ ...keys, certificateKeys: [{ ...keys.certificateKeys[0], to: "soon" }] }), /certificateKeys\[0\]\.to/],
  ])("is refused with its fault named and nothing shown: %s", (_name, spoil, message) => {
    load();
    const keys = readFile();
    writeFileSync(file, JSON.stringify(spoil(keys)) ?? "{");
    expect(load).toThrow(message);
    expect(load).toThrow(file);
    expect(load).not.toThrow(keys.keks[0]!.secret);
  });
});

describe("data keys", () => {
  test("come back from their wrapped form and open what they sealed", () => {
    const keyring = load();
    const key = keyring.newDataKey();
    const sealed = seal(key, place, "x");
    const unwrapped = load().unwrapDataKey(keyring.wrapDataKey(key, place), place);
    expect(open(unwrapped, place, sealed)).toBe("x");
  });

  test("cannot be unwrapped for another row", () => {
    const keyring = load();
    const wrapped = keyring.wrapDataKey(keyring.newDataKey(), place);
    expect(() => keyring.unwrapDataKey(wrapped, { ...place, row: "2" })).toThrow(/cannot be opened/);
  });

  test("wrapped before a rotation can still be unwrapped, and are wrapped anew under the new key", () => {
    const before = load();
    const key = before.newDataKey();
    const wrapped = before.wrapDataKey(key, place);
    replaceKeysFile(file, rotateKek(readFile(), now));
    const after = load();
    const again = after.wrapDataKey(after.unwrapDataKey(wrapped, place), place);
    expect(again.split(".")[1]).toBe(after.currentKek);
    expect(again.split(".")[1]).not.toBe(wrapped.split(".")[1]);
    expect(open(after.unwrapDataKey(again, place), place, seal(key, place, "x"))).toBe("x");
  });

  test("wrapped by another process under a newer key are unwrapped at once", () => {
    const running = load();
    replaceKeysFile(file, rotateKek(readFile(), now));
    const newer = load();
    const wrapped = newer.wrapDataKey(newer.newDataKey(), place);
    expect(running.unwrapDataKey(wrapped, place).id).toBe(wrapped.split(".")[2]);
  });

  test("whose key-encrypting key is lost say so", () => {
    const wrapped = load().wrapDataKey(load().newDataKey(), place);
    replaceKeysFile(file, newKeys(now));
    expect(() => load().unwrapDataKey(wrapped, place)).toThrow(/is not in the keys file .*restore it from its backup/);
  });
});

describe("the blind index", () => {
  test("is equal for equal identifiers and differs by type, value and installation", () => {
    const keyring = load();
    const index = keyring.blindIndex("email", "a@b.c");
    expect(index).toHaveLength(32);
    expect(keyring.blindIndex("email", "a@b.c")).toEqual(index);
    expect(keyring.blindIndex("email", "a@b.d")).not.toEqual(index);
    expect(keyring.blindIndex("login", "a@b.c")).not.toEqual(index);
    replaceKeysFile(file, newKeys(now));
    expect(load().blindIndex("email", "a@b.c")).not.toEqual(index);
  });
});

describe("signing keys", () => {
  const ids = (keys: readonly SigningKey[]): string[] => keys.map((key) => key.id);

  test("sign what their published half verifies", () => {
    const key = load().orderKeys[0]!;
    const raw = Buffer.from(key.publicKey.replace("whpk_", ""), "base64");
    expect(raw).toHaveLength(32);
    const published = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: raw.toString("base64url") }, format: "jwk" });
    expect(verify(null, Buffer.from("order"), published, sign(null, Buffer.from("order"), key.privateKey))).toBe(true);
  });

  test("rotate without downtime: the new one is published before it signs, the old one after it signed last", () => {
    load();
    const old = readFile().orderKeys[0]!.id;
    replaceKeysFile(file, rotateSigningKey(readFile(), "orderKeys", minutes(10), minutes(30)));
    const fresh = readFile().orderKeys[0]!.id;
    const keyring = load();
    expect(ids(keyring.orderKeys)).toEqual([old, fresh]);
    now = minutes(10);
    expect(ids(keyring.orderKeys)).toEqual([fresh, old]);
    now = minutes(30);
    expect(ids(keyring.orderKeys)).toEqual([fresh]);
  });

  test("for certificates stay published for ever, because old certificates are verified with them", () => {
    load();
    const old = readFile().certificateKeys[0]!.id;
    replaceKeysFile(file, rotateSigningKey(readFile(), "certificateKeys", now, minutes(30)));
    const keyring = load();
    now = minutes(60);
    expect(ids(keyring.certificateKeys)).toEqual([readFile().certificateKeys[0]!.id, old]);
  });

  test("sign even where the clock was set to before they were made", () => {
    const keyring = load();
    now = minutes(-1000);
    expect(keyring.orderKeys).toHaveLength(1);
    expect(keyring.auditKeys).toHaveLength(1);
  });
});

describe("a running keyring", () => {
  test("uses a replaced file without a restart", async () => {
    const keyring = load();
    replaceKeysFile(file, rotateSigningKey(readFile(), "orderKeys", now, minutes(30)));
    const fresh = readFile().orderKeys[0]!.id;
    await waitFor(() => keyring.orderKeys[0]!.id === fresh);
  });

  test("keeps its keys and warns once while the replacement is faulty", async () => {
    const keyring = load();
    const before = keyring.blindIndex("email", "a@b.c");
    writeFileSync(file, "{");
    await waitFor(() => keyring.blindIndex("email", "a@b.c").equals(before) && warnings.length > 0);
    expect(warnings).toEqual([expect.stringMatching(/cannot be used: it is not a JSON object\. The keys read before stay in use/)]);
  });
});
