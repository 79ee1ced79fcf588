// A lock between processes on one machine: a directory whose owner keeps touching it.
import { mkdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const BEAT_MS = 2_000;
/** An owner that has been silent for so long is dead (killed before it could clean up). */
const DEAD_AFTER_MS = 20_000;

/** Runs `work` while holding the lock; waits while somebody else does, saying so once. */
export async function withLock(path, say, work) {
  for (let told = false; !take(path); told = true) {
    if (!told) say("another process is preparing this clone; waiting for it");
    buryDead(path);
    await sleep(200);
  }
  const beat = setInterval(() => touch(path), BEAT_MS);
  const release = () => rmSync(path, { recursive: true, force: true });
  const stop = () => process.exit(1);
  process.on("SIGINT", stop).on("SIGTERM", stop).on("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    release();
    process.off("SIGINT", stop).off("SIGTERM", stop).off("exit", release);
  }
}

function take(path) {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function touch(path) {
  const now = new Date();
  utimesSync(path, now, now);
}

/** Moves a dead owner's lock away; of several who try, one succeeds, because renaming is atomic. */
function buryDead(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs < DEAD_AFTER_MS) return;
    renameSync(path, `${path}.dead-${process.pid}`);
    rmSync(`${path}.dead-${process.pid}`, { recursive: true, force: true });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}
