import { spawnSync } from "node:child_process";
import { existsSync, lchownSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The account that PostgreSQL runs as where we are root, which PostgreSQL refuses. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whom to run PostgreSQL as: nobody else (undefined) unless we are root, then whoever owns the data already, else `postgres`, else `nobody`.
 * Throws where data exist that neither we nor such a user may open.
 */
export function choosePostgresUser(data: string): SystemUser | undefined {
  const owner = existsSync(data) ? statSync(data) : undefined;
  const self = process.getuid?.();
  if (self !== 0) {
    if (owner && owner.uid !== self) throw new Error(`The database in ${data} belongs to another user; start as that user, or set CADASTRE_DATA_DIR or DATABASE_URL`);
    return undefined;
  }
  if (owner && owner.uid !== 0) return { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  const user = findUser("postgres") ?? findUser("nobody");
  if (!user) throw new Error("PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody; start as another user, or set DATABASE_URL");
  return user;
}

function findUser(name: string): SystemUser | undefined {
  const line = readFileSync("/etc/passwd", "utf8").split("\n").find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : undefined;
}

/** Whether the user may enter the directory: asked of the system itself, which knows every parent and access list. */
export function canEnter(directory: string, user: SystemUser | undefined): boolean {
  return spawnSync("/bin/sh", ["-c", 'cd -- "$1"', "sh", directory], { cwd: "/", ...identity(user) }).status === 0;
}

/** Options for `spawn`. */
export const identity = (user: SystemUser | undefined): { uid?: number; gid?: number } => (user ? { uid: user.uid, gid: user.gid } : {});

/** Makes the user the owner of the path and of all under it. */
export function giveTo(user: SystemUser, path: string): void {
  lchownSync(path, user.uid, user.gid);
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) giveTo(user, join(path, name));
}
