import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../../../src/platform/database/embedded-postgres";
import { scratch } from "../../support/scratch";
import { waitFor } from "../../support/wait-for";
import { clusterId, killLeftovers, pidFile, query, serverPid, start, startElsewhere } from "./embedded-world";

const directory = scratch();
afterAll(() => {
  killLeftovers();
  directory.remove();
});

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));

test("three first starts at once, in processes of their own, end in one database; it runs until the last of them leaves", async () => {
  const dataDir = directory.path("together");
  const processes = await Promise.all([1, 2, 3].map(() => startElsewhere(dataDir)));
  const [first, second, third] = processes as [(typeof processes)[0], (typeof processes)[0], (typeof processes)[0]];
  const pid = serverPid(dataDir);
  expect(new Set(await Promise.all(processes.map(({ url }) => clusterId(url)))).size).toBe(1);

  await Promise.all([first.end(), second.end()]);
  expect(await query(third.url, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(serverPid(dataDir)).toBe(pid);
  await third.end();
  expect(existsSync(pidFile(dataDir))).toBe(false);
  expect(isAlive(pid)).toBe(false);
});

describe("one project's database", () => {
  const dataDir = directory.path("project");

  test("keeps its data between runs, and has the extension that exclusion constraints need", async () => {
    const before = await start(dataDir);
    await query(before.url, "create extension btree_gist; create table kept as select 'still here' as text");
    await before.stop();
    const after = await start(dataDir);
    expect(await query(after.url, "select text from kept")).toEqual([{ text: "still here" }]);
    await after.stop();
  });

  test("is reached through a private socket only, and flushes to disk unless told otherwise", async () => {
    const embedded = await startEmbeddedPostgres({ dataDir });
    const socket = new URL(embedded.url).searchParams.get("host")!;
    expect(statSync(socket).mode & 0o777).toBe(0o700);
    expect(await query(embedded.url, "select current_setting('listen_addresses') as tcp, current_setting('fsync') as fsync")).toEqual([{ tcp: "", fsync: "on" }]);
    await embedded.stop();
    await embedded.stop();
    expect(existsSync(socket)).toBe(false);
  });

  test("comes back after its server was killed", async () => {
    const killed = await start(dataDir);
    process.kill(serverPid(dataDir), "SIGKILL");
    const again = await start(dataDir);
    expect(await query(again.url, "select text from kept")).toEqual([{ text: "still here" }]);
    await killed.stop();
    expect(await query(again.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await again.stop();
  });

  test("comes back although the killed server is a corpse that nobody has buried", async () => {
    const parent = await startElsewhere(dataDir);
    const corpse = serverPid(dataDir);
    // A parent that stands still does not bury its children.
    parent.child.kill("SIGSTOP");
    process.kill(corpse, "SIGKILL");
    await waitFor(() => !isAlive(corpse));
    expect(existsSync(`/proc/${corpse}`)).toBe(true);
    const again = await start(dataDir);
    expect(await query(again.url, "select text from kept")).toEqual([{ text: "still here" }]);
    await again.stop();
    parent.child.kill("SIGKILL");
  });

  test("comes back although the killed server's process id has passed to a stranger", async () => {
    await (await start(dataDir)).stop();
    const { uid, gid } = statSync(join(dataDir, "postgres"));
    const stranger = spawn("/bin/sleep", ["60"], { uid, gid });
    writeFileSync(pidFile(dataDir), `${stranger.pid}\n${join(dataDir, "postgres/data")}\n1\n5432\n/tmp/cadastre-gone\n\n\nready\n`);
    const again = await start(dataDir);
    expect(await query(again.url, "select text from kept")).toEqual([{ text: "still here" }]);
    await again.stop();
    stranger.kill();
  });

  test("outlives an application that was killed; the next one attaches, and stops it", async () => {
    const application = await startElsewhere(dataDir);
    const pid = serverPid(dataDir);
    application.child.kill("SIGKILL");
    const next = await start(dataDir);
    expect(serverPid(dataDir)).toBe(pid);
    await waitFor(async () => (await query(next.url, "select from pg_stat_activity where application_name = 'cadastre-embedded'")).length === 1);
    await next.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test("is not stopped by Ctrl-C, which the application gets first", async () => {
    const application = await startElsewhere(dataDir);
    const attached = await start(dataDir);
    process.kill(-application.child.pid!, "SIGINT");
    await waitFor(() => application.child.exitCode !== null);
    expect(await query(attached.url, "select 1 as one")).toEqual([{ one: 1 }]);
    await attached.stop();
  });

  test("stands beside another project's without touching it", async () => {
    const [ours, theirs] = await Promise.all([start(dataDir), start(directory.path("other"))]);
    expect(await clusterId(ours.url)).not.toBe(await clusterId(theirs.url));
    await ours.stop();
    expect(await query(theirs.url, "select to_regclass('kept') as kept")).toEqual([{ kept: null }]);
    await theirs.stop();
  });
});

test("a first start that was cut short is made good by the next", async () => {
  const dataDir = directory.path("cut-short");
  mkdirSync(join(dataDir, "postgres/data.new"), { recursive: true });
  writeFileSync(join(dataDir, "postgres/data.new/half"), "");
  const embedded = await start(dataDir);
  expect(await query(embedded.url, "select 1 as one")).toEqual([{ one: 1 }]);
  await embedded.stop();
});

test("data written by another release are refused with a word on what to do", async () => {
  const data = directory.path("old/postgres/data");
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, "PG_VERSION"), "15\n");
  await expect(start(directory.path("old"))).rejects.toThrow("was written by PostgreSQL 15, the embedded one is 18: dump it");
});
