import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deps } from "../src/platform/deps";
import { secondsOf } from "./harness";

/** Seconds of COPY of all rows of these tables into tables of the same form, indexes included, from files that the server reads. */
export async function copySeconds({ db }: Deps, tables: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "cadastre-copy-"));
  chmodSync(folder, 0o777); // The server may be another user.
  try {
    for (const table of tables) {
      await db.query(`benchCopyOut_${table}`, `copy ${table} to '${folder}/${table}'`);
      await db.query(`benchCopyTable_${table}`, `create table copy_of_${table} (like ${table} including all)`);
    }
    return await secondsOf(async () => {
      for (const table of tables) await db.query(`benchCopyIn_${table}`, `copy copy_of_${table} from '${folder}/${table}'`);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
