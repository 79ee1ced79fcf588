import { chmodSync, lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

/** A directory for one test file's data, open to PostgreSQL's user where we are root. `remove` also follows databases that were moved out of it. */
export function scratch(): { path(...names: string[]): string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), "cadastre-test-"));
  chmodSync(directory, 0o755);
  return {
    path: (...names) => join(directory, ...names),
    remove: () => {
      for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
        const path = join(directory, name);
        if (basename(path) === "postgres" && lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(readlinkSync(path), { recursive: true, force: true });
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
