import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const LOCK_MODULE = pathToFileURL(resolve(__dirname, "../../scripts/lock.mjs")).href;

const folder = mkdtempSync(join(tmpdir(), "cadastre-lock-"));
const lock = join(folder, "lock");
const diary = join(folder, "diary");
afterEach(() => rmSync(diary, { force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

/** A process that notes when it comes in and when it leaves, with other work of the event loop in between. */
const visit = () =>
  run(process.execPath, ["--input-type=module", "-e", `
    import { appendFileSync } from "node:fs";
    import { stat } from "node:fs/promises";
    import { withLock } from "${LOCK_MODULE}";
    await withLock(${JSON.stringify(lock)}, () => undefined, async () => {
      appendFileSync(${JSON.stringify(diary)}, "in\\n");
      for (let turn = 0; turn < 50; turn += 1) await stat(".");
      appendFileSync(${JSON.stringify(diary)}, "out\\n");
    });`]);

test("of several processes that prepare a clone at once, one works at a time", async () => {
  await Promise.all([visit(), visit(), visit(), visit()]);
  expect(readFileSync(diary, "utf8")).toBe("in\nout\n".repeat(4));
  expect(existsSync(lock)).toBe(false);
});

test("the lock of a process that was killed does not hold the next one up", async () => {
  mkdirSync(lock);
  const aMinuteAgo = new Date(Date.now() - 60_000);
  utimesSync(lock, aMinuteAgo, aMinuteAgo);
  await Promise.all([visit(), visit()]);
  expect(readFileSync(diary, "utf8")).toBe("in\nout\n".repeat(2));
});
