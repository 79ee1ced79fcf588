import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { canEnter, giveTo, type SystemUser } from "./embedded-postgres-user";

/** Where the database goes if root's data directory lies under a directory that PostgreSQL's user cannot enter. */
const PUBLIC_PLACE = "/var/lib/cadastre";
/** A Unix socket's address holds 103 bytes on every system; PostgreSQL appends its file name. */
const LONGEST_SOCKET_DIRECTORY = 103 - "/.s.PGSQL.5432".length;

/**
 * The directory that belongs to PostgreSQL's user: `<dataDir>/postgres`. If only the data directory itself is closed to that user, it is opened for passage (`chmod o+x`).
 * If a directory above is, the database is moved (with what it holds) under `/var/lib/cadastre`, and a symbolic link in its place tells where. Returns the real path.
 */
export function prepareHome(dataDir: string, user: SystemUser | undefined, log: (line: string) => void): string {
  const home = join(dataDir, "postgres");
  if (!isThere(home) && existsSync(movedAside(home))) renameSync(movedAside(home), home);
  if (!isThere(home)) mkdirSync(home, { mode: 0o700 });
  if (!existsSync(home)) throw new Error(`${home} leads to a directory that is gone; restore it, or remove the link to start with an empty database`);
  const real = realpathSync(home);
  if (!user) return real;
  if (lstatSync(real).uid !== user.uid) giveTo(user, real);
  if (!canEnter(real, user) && canEnter(dirname(realpathSync(dataDir)), user)) chmodSync(dataDir, statSync(dataDir).mode | 0o001);
  return canEnter(real, user) ? real : moveAway(home, user, log);
}

/** A short, private directory for one run's socket. */
export function makeSocketDirectory(user: SystemUser | undefined): string {
  for (const parent of [tmpdir(), "/tmp"]) {
    if (Buffer.byteLength(join(parent, "cadastre-XXXXXX")) > LONGEST_SOCKET_DIRECTORY) continue;
    const directory = mkdtempSync(join(parent, "cadastre-"));
    if (user) giveTo(user, directory);
    if (!user || canEnter(directory, user)) return directory;
    rmSync(directory, { recursive: true });
  }
  throw new Error("There is no place for PostgreSQL's socket: the temporary directory's path is too long, or closed to other users; set TMPDIR");
}

/** Copies, then swaps: a move cut short leaves the old directory in place, or beside it for `prepareHome` to put back. */
function moveAway(home: string, user: SystemUser, log: (line: string) => void): string {
  mkdirSync(PUBLIC_PLACE, { recursive: true, mode: 0o755 });
  const place = mkdtempSync(join(PUBLIC_PLACE, `${basename(dirname(dirname(home)))}-`));
  cpSync(home, place, { recursive: true, verbatimSymlinks: true });
  // Node 24 gives copied directories the default mode, and PostgreSQL refuses data that others may read.
  const data = join(place, "data");
  if (existsSync(data)) chmodSync(data, 0o700);
  giveTo(user, place);
  // The copy must be on the disk before the original goes.
  execFileSync("sync");
  renameSync(home, movedAside(home));
  symlinkSync(place, home);
  rmSync(movedAside(home), { recursive: true });
  log(`the database lies in ${place}, because the user ${user.name}, who runs PostgreSQL, cannot enter ${home}`);
  return place;
}

const movedAside = (home: string): string => `${home}.moved`;

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
