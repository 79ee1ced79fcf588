import { randomBytes, randomInt } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Runs `work` while no other call, in this process or another on this machine, runs under the same directory.
 * Each contender first raises a flag (a file of its own) and then looks for others: of two contenders at least one sees the other and backs off.
 * A flag whose process is gone counts for nothing, so a killed holder blocks nobody.
 */
export async function withDirectoryLock<Result>(directory: string, work: () => Promise<Result>): Promise<Result> {
  mkdirSync(directory, { recursive: true });
  const flag = `${process.pid}-${startedAt(process.pid)}-${randomBytes(4).toString("hex")}`;
  const path = join(directory, flag);
  try {
    for (;;) {
      writeFileSync(path, "");
      if (othersIn(directory, flag).length === 0) return await work();
      rmSync(path);
      await delay(randomInt(10, 40));
    }
  } finally {
    rmSync(path, { force: true });
  }
}

function othersIn(directory: string, own: string): string[] {
  return readdirSync(directory).filter((flag) => {
    if (flag === own) return false;
    const [pid = "", started = ""] = flag.split("-");
    const held = startedAt(Number(pid)) === started;
    if (!held) rmSync(join(directory, flag), { force: true });
    return held;
  });
}

/** Tells a process from a later one with the same id; undefined if there is none, or only its corpse. */
function startedAt(pid: number): string | undefined {
  if (process.platform !== "linux") return isThere(pid) ? "0" : undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the program's name, may hold blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
