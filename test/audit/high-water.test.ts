import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { HighWater } from "../../src/audit/storage/high-water";

const AT = new Date("2026-03-02T09:00:00.000Z");

let directory: string;
let highWater: HighWater;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cadastre-high-water-"));
  highWater = new HighWater(join(directory, "keys.json"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = async (note: string): Promise<void> => highWater.replace(await highWater.claim(note, "one"));

test("the mark lies beside the keys file, for its owner only", async () => {
  expect(await highWater.read()).toBeUndefined();
  await write("first");
  await write("second");
  expect(await highWater.read()).toBe("second");
  expect(readdirSync(directory)).toEqual(["keys.json.checkpoint"]);
  expect(statSync(join(directory, "keys.json.checkpoint")).mode & 0o777).toBe(0o600);
});

test("a claim changes nothing until it takes the mark's place", async () => {
  await write("first");
  await highWater.claim("second", "two");
  expect(await highWater.read()).toBe("first");
});

test("a revoked claim does not take the mark's place any more", async () => {
  const claim = await highWater.claim("old", "paused");
  await highWater.revokeClaims();
  await write("new");
  await expect(highWater.replace(claim)).rejects.toThrow("ENOENT");
  expect(await highWater.read()).toBe("new");
});

test("claims are revoked, and nothing else", async () => {
  await write("first");
  const aside = await highWater.setAside(AT);
  await highWater.claim("second", "two");
  await highWater.revokeClaims();
  expect(readdirSync(directory).sort()).toEqual(["keys.json.checkpoint", basename(aside!)]);
});

test("what is put aside stays, and nothing that was put aside before is written over", async () => {
  expect(await highWater.setAside(AT)).toBeUndefined();
  await write("first");
  const first = await highWater.setAside(AT);
  await write("second");
  const second = await highWater.setAside(AT);
  expect(basename(first!)).toBe("keys.json.checkpoint.2026-03-02T090000.000Z");
  expect([first, second].map((file) => readFileSync(file!, "utf8"))).toEqual(["first", "second"]);
  expect(existsSync(highWater.file)).toBe(true);
});

test("a mark that cannot be read is not taken for a missing one", async () => {
  await write("first");
  const inside = new HighWater(join(highWater.file, "keys.json"));
  await expect(inside.read()).rejects.toThrow("ENOTDIR");
});
