import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { parseKeys } from "./keys";
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

/**
 * Changes the keys in their file (rotation), and answers them as they are then. One at a time: a key that another change did not see would be lost, and
 * with it all that was sealed meanwhile. Throws where there is no file, where it is malformed, or while another change is under way.
 */
export function changeKeysFile(file: string, change: (keys: KeysFile) => KeysFile): KeysFile {
  const lock = `${file}.lock`;
  takeLock(lock);
  try {
    const text = readFileSync(file, "utf8");
    parseKeys(text);
    const changed = change(JSON.parse(text) as KeysFile);
    replaceKeysFile(file, changed);
    return changed;
  } finally {
    rmSync(lock);
  }
}

function takeLock(lock: string): void {
  try {
    closeSync(openSync(lock, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new Error(`somebody else is changing the keys; if a process was killed over it, remove ${lock}`, { cause: error });
  }
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
