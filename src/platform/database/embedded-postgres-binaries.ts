import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { giveTo, identity, type SystemUser } from "./embedded-postgres-user";

export type PostgresRelease = "18" | "15";

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs that npm installed for this platform, or, where the user cannot run those (a project under a directory closed to it),
 * a copy of them in `home`. Throws if the platform has none or they do not run here.
 */
export function findBinaries(release: PostgresRelease, home: string, user: SystemUser | undefined, log: (line: string) => void): PostgresBinaries {
  const installed = packagedNative(release);
  restoreLinks(installed);
  const fault = whyNotRunning(installed, user);
  if (fault === undefined) return programs(installed);

  const copy = join(home, `binaries-${versionOf(installed)}`);
  if (!existsSync(copy)) {
    log(`copying PostgreSQL's programs to ${copy}, because they cannot be run from ${installed}`);
    const unfinished = `${copy}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(installed, unfinished, { recursive: true, verbatimSymlinks: true });
    if (user) giveTo(user, unfinished);
    renameSync(unfinished, copy);
  }
  restoreLinks(copy);
  const remaining = whyNotRunning(copy, user);
  if (remaining !== undefined) throw new Error(`The embedded PostgreSQL does not run here (${remaining}); set DATABASE_URL to a PostgreSQL server, 15 to 18`);
  return programs(copy);
}

const programs = (native: string): PostgresBinaries => ({ initdb: join(native, "bin/initdb"), postgres: join(native, "bin/postgres") });

function packagedNative(release: PostgresRelease): string {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const wrapper = release === "15" ? require.resolve("embedded-postgres-15") : require.resolve("embedded-postgres");
    return join(dirname(require.resolve(platform, { paths: [dirname(wrapper)] })), "../native");
  } catch {
    throw new Error(`No embedded PostgreSQL ${release} is installed for this platform (package ${platform}); run npm ci, or set DATABASE_URL`);
  }
}

const versionOf = (native: string): string => (JSON.parse(readFileSync(join(native, "../package.json"), "utf8")) as { version: string }).version;

/** npm packages cannot hold symbolic links; the package's install script makes them, but install scripts may be switched off. */
function restoreLinks(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(native, relative("native", target));
    if (existsSync(path)) continue;
    try {
      symlinkSync(relative(dirname(target), source), path);
    } catch {
      // Made by another process this instant, or a read-only installation: the programs tell whether they run.
    }
  }
}

function whyNotRunning(native: string, user: SystemUser | undefined): string | undefined {
  const run = spawnSync(programs(native).postgres, ["--version"], { cwd: "/", encoding: "utf8", ...identity(user) });
  if (run.status === 0) return undefined;
  return run.error?.message ?? run.stderr.trim();
}
