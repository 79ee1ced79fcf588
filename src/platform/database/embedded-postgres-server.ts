import { execFileSync, spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { PostgresBinaries } from "./embedded-postgres-binaries";
import { makeSocketDirectory } from "./embedded-postgres-home";
import { identity, type SystemUser } from "./embedded-postgres-user";

export const SUPERUSER = "cadastre";
export const PORT = 5432;

const LOOK_EVERY_MS = 10;
const ORPHANS_LEAVE_WITHIN_MS = 10_000;

/** Nothing that may quote a value is logged: no statements, no errors of statements, no details. */
const QUIET_LOG = { log_min_messages: "log", log_min_error_statement: "panic", log_error_verbosity: "terse", log_checkpoints: "off" };

/** One database cluster: `<home>/data` and beside it its server's log. */
export interface Cluster {
  readonly home: string;
  readonly binaries: PostgresBinaries;
  readonly user: SystemUser | undefined;
  /** Server settings, such as `fsync`. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface Server {
  readonly pid: number;
  readonly socketDirectory: string;
}

const dataIn = (home: string): string => join(home, "data");

/** Major release that wrote the cluster, if there is one. */
export function writtenBy(home: string): string | undefined {
  const file = join(dataIn(home), "PG_VERSION");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

/** Creates the cluster. A creation cut short leaves nothing that looks like one. */
export function initialise(cluster: Cluster): void {
  const unfinished = `${dataIn(cluster.home)}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const options = ["-U", SUPERUSER, "--auth-local=trust", "--auth-host=reject", "--locale=C", "--encoding=UTF8", "--data-checksums"];
  if (cluster.settings.fsync === "off") options.push("--no-sync");
  const run = spawnSync(cluster.binaries.initdb, ["-D", unfinished, ...options], { ...surroundings(cluster), encoding: "utf8" });
  if (run.status !== 0) {
    throw new Error(`PostgreSQL could not create a database in ${cluster.home}; mend this or set DATABASE_URL: ${run.error?.message ?? run.stderr.trim()}`);
  }
  renameSync(unfinished, dataIn(cluster.home));
}

/** The server that runs on the cluster, as far as its pid file and the system's process list agree. */
export async function findServer(home: string): Promise<Server | undefined> {
  for (;;) {
    const file = readPidFile(home);
    if (!file || !isServing(home, file.pid)) return undefined;
    if (file.socketDirectory) return file;
    await delay(LOOK_EVERY_MS);
  }
}

/** Starts the server and returns once its socket is there; throws the end of its log if it dies before. */
export async function launch(cluster: Cluster): Promise<Server> {
  for (let waited = 0; ; waited += 100) {
    const server = await tryLaunch(cluster);
    if (server) return server;
    const reason = readFileSync(logIn(cluster.home), "utf8").trim();
    // Children of a killed server finish what they do; PostgreSQL keeps a second server out until they have left.
    if (!reason.includes("pre-existing shared memory block") || waited >= ORPHANS_LEAVE_WITHIN_MS) {
      throw new Error(`PostgreSQL did not start on ${cluster.home}:\n${reason.split("\n").slice(-10).join("\n")}`);
    }
    await delay(100);
  }
}

/** Ends the server's connections, writes a checkpoint and waits until the process is gone. */
export async function shutDown(home: string, server: Server): Promise<void> {
  if (isServing(home, server.pid)) process.kill(server.pid, "SIGINT");
  while (isServing(home, server.pid)) await delay(LOOK_EVERY_MS);
  removeSocketDirectory(server.socketDirectory);
}

async function tryLaunch(cluster: Cluster): Promise<Server | undefined> {
  const stale = readPidFile(cluster.home);
  if (stale) removeSocketDirectory(stale.socketDirectory);
  const socketDirectory = makeSocketDirectory(cluster.user);
  const settings = { ...QUIET_LOG, timezone: "UTC", ...cluster.settings, listen_addresses: "", unix_socket_directories: socketDirectory, port: PORT };
  const options = surroundings(cluster);
  const log = openSync(logIn(cluster.home), "w", 0o600);
  const child = spawn(cluster.binaries.postgres, ["-D", dataIn(cluster.home), ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])], {
    ...options,
    // PostgreSQL takes a pid file that names this process for stale; the old id may still be a corpse's, or have passed to a stranger.
    env: stale ? { ...options.env, PG_GRANDPARENT_PID: String(stale.pid) } : options.env,
    stdio: ["ignore", log, log],
    // In a session of its own: Ctrl-C reaches the application first, which stops the server when it is done.
    detached: true,
  });
  closeSync(log);
  child.unref();
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  while (child.exitCode === null && child.signalCode === null) {
    const file = readPidFile(cluster.home);
    if (file && file.pid === child.pid && file.socketDirectory) return file;
    await Promise.race([delay(LOOK_EVERY_MS), failed]);
  }
  removeSocketDirectory(socketDirectory);
  return undefined;
}

/** Not our own environment: it holds secrets. Not our own working directory: the user may not enter it. */
const surroundings = (cluster: Cluster) => ({ cwd: "/", env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" }, ...identity(cluster.user) });

const logIn = (home: string): string => join(home, "postgres.log");

function readPidFile(home: string): Server | undefined {
  const file = join(dataIn(home), "postmaster.pid");
  if (!existsSync(file)) return undefined;
  const [pid, , , , socketDirectory = ""] = readFileSync(file, "utf8").split("\n");
  return { pid: Number(pid), socketDirectory };
}

/** Whether the process is alive and was started on this cluster; a corpse has no arguments, a stranger others. */
function isServing(home: string, pid: number): boolean {
  try {
    const linux = process.platform === "linux";
    const args = linux ? readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ") : execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
    return args.includes(` -D ${dataIn(home)} `);
  } catch {
    return false;
  }
}

function removeSocketDirectory(directory: string): void {
  if (basename(directory).startsWith("cadastre-")) rmSync(directory, { recursive: true, force: true });
}
