import type { Reader } from "../platform/database/sql";
import type { Caller } from "../platform/deps";

interface Known {
  readonly caller: Caller;
  readonly expiresAt: Date | null;
  readonly forgetAt: number;
}

/** How long a token revoked in another process goes on. Real time, because the clock may stand still. */
const FRESH_MS = 2_000;
const CAPACITY = 10_000;

/** Callers by the hash of their token: authentication stands before every request and must not cost each one a statement. */
export class CallerCache {
  private readonly known = new Map<string, Known>();

  find(key: string, now: Date): Caller | undefined {
    const entry = this.known.get(key);
    if (entry === undefined) return undefined;
    if (performance.now() < entry.forgetAt && (entry.expiresAt === null || entry.expiresAt > now)) return entry.caller;
    this.known.delete(key);
    return undefined;
  }

  remember(key: string, caller: Caller, expiresAt: Date | null): void {
    if (this.known.size >= CAPACITY) this.known.clear();
    this.known.set(key, { caller, expiresAt, forgetAt: performance.now() + FRESH_MS });
  }

  forgetAll(): void {
    this.known.clear();
  }
}

const caches = new WeakMap<Reader, CallerCache>();

/** The cache of one database in this process. */
export function callerCacheOf(db: Reader): CallerCache {
  let cache = caches.get(db);
  if (cache === undefined) caches.set(db, (cache = new CallerCache()));
  return cache;
}
