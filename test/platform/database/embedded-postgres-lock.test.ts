import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { nextTick } from "node:process";
import { promisify } from "node:util";
import { withDirectoryLock } from "../../../src/platform/database/embedded-postgres-lock";
import { scratch } from "../../support/scratch";

const directory = scratch();
afterAll(() => directory.remove());

test("of many who want the directory at once, each has it for itself", async () => {
  let inside = 0;
  let most = 0;
  const visits = Array.from({ length: 12 }, () =>
    withDirectoryLock(directory.path("busy"), async () => {
      inside += 1;
      most = Math.max(most, inside);
      await promisify(nextTick)();
      inside -= 1;
    }),
  );
  await Promise.all(visits);
  expect(most).toBe(1);
  expect(readdirSync(directory.path("busy"))).toEqual([]);
});

test("a holder that was killed blocks nobody, even if its process id has passed to another process", async () => {
  mkdirSync(directory.path("dead"));
  writeFileSync(directory.path("dead", "4194305-1-00000000"), "");
  writeFileSync(directory.path("dead", `${process.pid}-1-00000000`), "");
  expect(await withDirectoryLock(directory.path("dead"), async () => "mine")).toBe("mine");
  expect(readdirSync(directory.path("dead"))).toEqual([]);
});

test("whoever fails gives the directory free", async () => {
  await expect(withDirectoryLock(directory.path("failed"), () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await withDirectoryLock(directory.path("failed"), async () => "mine")).toBe("mine");
});
