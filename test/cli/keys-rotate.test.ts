import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { addPeriod } from "../../src/platform/calendar";
import { type Keyring, loadKeyring } from "../../src/platform/crypto/keyring";
import { newKeys } from "../../src/platform/crypto/keys-file";
import { createKeysFile } from "../../src/platform/crypto/keys-storage";
import { scratch } from "../support/scratch";
import { TestClock } from "../support/test-clock";
import { waitFor } from "../support/wait-for";
import { type Ended, runCadastre } from "./run-cadastre";

const NOW = new Date("2026-03-02T09:00:00Z");
const IN_A_WEEK = addPeriod(NOW, "P7D");
const place = scratch();
const file = place.path("keys.json");
const clockFile = place.path("clock");
const clock = new TestClock();
let running: Keyring;

beforeEach(() => {
  rmSync(file, { force: true });
  writeFileSync(clockFile, NOW.toISOString());
  createKeysFile(file, newKeys(new Date("2026-03-01T00:00:00Z")));
  clock.set(NOW);
  running = loadKeyring(file, clock);
});
afterAll(() => place.remove());

const rotate = (...args: string[]): Promise<Ended> =>
  runCadastre(["keys", "rotate", ...args], { env: { CADASTRE_KEYS_FILE: file, CADASTRE_CLOCK_FILE: clockFile } });

test.each([
  ["audit", "auditKeys"],
  ["order", "orderKeys"],
  ["certificate", "certificateKeys"],
] as const)("keys rotate --use %s: a running process signs with the new key within a second, and still knows the one before it", async (use, list) => {
  const [before] = running[list];
  const { code, out, err } = await rotate("--use", use);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  await waitFor(() => running[list].length === 2, { deadlineMs: 1500 });
  const [first, second] = running[list];
  expect(out).toBe(`${use} key ${first?.publicKey} signs from ${NOW.toISOString()}; those before it end at ${IN_A_WEEK.toISOString()}\n`);
  expect(first).toMatchObject({ from: NOW, to: null });
  expect(second).toMatchObject({ id: before?.id, to: IN_A_WEEK });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  for (const other of (["auditKeys", "orderKeys", "certificateKeys"] as const).filter((name) => name !== list)) expect(running[other]).toHaveLength(1);
});

test("a key may be made known ahead of its use, and those before it may end sooner than a week after", async () => {
  const { code } = await rotate("--use", "audit", "--at", "2026-03-05T00:00:00+01:00", "--overlap", "PT1H");
  expect(code).toBe(0);
  const keyring = loadKeyring(file, clock);
  const [old, next] = keyring.auditKeys;
  expect(old?.to).toEqual(new Date("2026-03-05T00:00:00Z"));
  expect(next?.from).toEqual(new Date("2026-03-04T23:00:00Z"));
  expect(keyring.auditSigningKeys).toEqual([old]);
  clock.set("2026-03-04T23:30:00Z");
  expect(keyring.auditSigningKeys).toEqual([next, old]);
});

test("a theft ends every key before the new one at once, those of an earlier rotation too", async () => {
  await rotate("--use", "audit");
  await rotate("--use", "audit", "--overlap", "PT0S");
  const keyring = loadKeyring(file, clock);
  expect(keyring.auditKeys).toHaveLength(3);
  expect(keyring.auditSigningKeys).toEqual([keyring.auditKeys[0]]);
});

test("a rotation does not lengthen the life of a key that ends already", async () => {
  await rotate("--use", "order", "--overlap", "P1D");
  await rotate("--use", "order", "--overlap", "P30D");
  expect(loadKeyring(file, clock).orderKeys.map(({ to }) => to)).toContainEqual(addPeriod(NOW, "P1D"));
});

test("--use kek: new data keys are wrapped by a new key, and the old ones can still be unwrapped", async () => {
  const where = { table: "t", column: "c", row: "r" };
  const wrapped = running.wrapDataKey(running.newDataKey(), where);
  const { code, out } = await rotate("--use", "kek");
  const after = loadKeyring(file, clock);
  expect({ code, out }).toEqual({ code: 0, out: `new data keys are wrapped by ${after.currentKek}\n` });
  expect(after.currentKek).not.toBe(wrapped.split(".")[1]);
  expect(after.unwrapDataKey(wrapped, where).id).toBe(wrapped.split(".")[2]);
});

test("what rotation must never change stays: the blind index and the key of the witness", async () => {
  const keysOf = (keyring: Keyring): unknown[] => [keyring.blindIndex("email", "a@b.c"), keyring.witnessKey.export({ format: "jwk" })];
  const before = keysOf(running);
  for (const use of ["audit", "kek"]) await rotate("--use", use);
  expect(keysOf(loadKeyring(file, clock))).toEqual(before);
});

test.each([
  ["no use", []],
  ["the use of an object's own", ["--use", "constructor"]],
  ["an instant that is over", ["--use", "audit", "--at", "2026-03-02T08:59:59Z"]],
  ["a day in the place of an instant", ["--use", "audit", "--at", "2027-01-01"]],
  ["no duration", ["--use", "audit", "--overlap", "a week"]],
  ["a duration into the past", ["--use", "audit", "--overlap", "-P1D"]],
  ["an overlap of a key that wraps", ["--use", "kek", "--overlap", "P1D"]],
])("told %s it shows how it is used and changes nothing", async (_what, args) => {
  const before = readFileSync(file, "utf8");
  const { code, out, err } = await rotate(...args);
  expect({ code, out }).toEqual({ code: 64, out: "" });
  expect(err).toContain("usage: cadastre keys rotate");
  expect(readFileSync(file, "utf8")).toBe(before);
});

test("it makes no keys where there are none, refuses faulty ones, and waits for nobody", async () => {
  writeFileSync(`${file}.lock`, "");
  expect(await rotate("--use", "audit")).toMatchObject({ code: 1, err: expect.stringContaining(`remove ${file}.lock`) as string });
  rmSync(`${file}.lock`);

  const { keks: [kek] } = JSON.parse(readFileSync(file, "utf8")) as { keks: [{ secret: string }] };
  const faulty = readFileSync(file, "utf8").replace('"version": 1', '"version": 2');
  writeFileSync(file, faulty);
  const refused = await rotate("--use", "audit");
  expect(readFileSync(file, "utf8")).toBe(faulty);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("version: expected 1") as string });
  expect(refused.err).not.toContain(kek.secret);

  rmSync(file);
  expect(await rotate("--use", "audit")).toMatchObject({ code: 1, err: expect.stringContaining("no such file") as string });
  expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
  expect(statSync(`${file}.lock`, { throwIfNoEntry: false })).toBeUndefined();
});

test("of rotations at once none is lost", async () => {
  const ended = await Promise.all(Array.from({ length: 4 }, () => rotate("--use", "kek")));
  const { keks } = JSON.parse(readFileSync(file, "utf8")) as { keks: unknown[] };
  expect(keks).toHaveLength(1 + ended.filter(({ code }) => code === 0).length);
});
