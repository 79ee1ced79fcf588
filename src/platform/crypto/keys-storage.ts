import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import type { KeysFile } from "./keys-file";

/**
 * Creates the keys file, readable by its owner only, unless there is one. Of two processes that start at once, one creates it
 * and both find the same keys; nobody ever sees a half-written file.
 */
export function createKeysFile(file: string, keys: KeysFile): void {
  mkdirSync(dirname(file), { recursive: true });
  throughTemporary(file, keys, (temporary) => {
    try {
      linkSync(temporary, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  });
}

/** Replaces the keys file at once (rotation). Running processes notice it within a second. */
export function replaceKeysFile(file: string, keys: KeysFile): void {
  throughTemporary(file, keys, (temporary) => renameSync(temporary, file));
}

/** Changes with every replacement; undefined where there is no file. */
export function stampOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.ino}:${found.mtimeMs}:${found.size}`;
}

/** Whether anybody but the owner may read the file. */
export const isExposed = (file: string): boolean => process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0;

function throughTemporary(file: string, keys: KeysFile, place: (temporary: string) => void): void {
  const temporary = `${file}.${randomBytes(8).toString("hex")}.tmp`;
  try {
    writeDurably(temporary, `${JSON.stringify(keys, null, 2)}\n`);
    place(temporary);
  } finally {
    rmSync(temporary, { force: true });
  }
  syncDirectory(dirname(file));
}

function writeDurably(file: string, text: string): void {
  const handle = openSync(file, "wx", 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The name must survive a power cut too: what was sealed with lost keys is lost. */
function syncDirectory(directory: string): void {
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
