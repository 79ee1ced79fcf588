import type { ErrorCode } from "../platform/errors";
import type { Identifier } from "../subjects";

/** That somebody's data was accessed, or that this was denied, as a service reports it; checked, and in its normal form. */
export interface AccessEvent {
  /** The service's own name for it: reported twice by one reporter, it is one access. */
  readonly eventId: string;
  readonly at: Date;
  /** Who accessed; a pseudonym. */
  readonly actor: string;
  readonly dataset: string;
  readonly fields?: readonly string[];
  readonly identifier?: Identifier;
  /** Empty where the service knows none, which is reported. */
  readonly purpose: string;
  readonly basis: string;
  readonly allowed: boolean;
  readonly source?: string;
}

/** An access, and who reports it: `service:<key>` of the token, else its principal. */
export interface ReportedAccess {
  readonly event: AccessEvent;
  readonly reporter: string;
}

/** An event that is not taken; `eventId` where it could be read. */
export interface RefusedAccess {
  readonly eventId: string | null;
  readonly code: ErrorCode;
}

export const ACCESS_ACTION = "access.data";

/** How far the clock of a service may run ahead. */
const MAX_AHEAD_MS = 5 * 60_000;
const EARLIEST = Date.UTC(1970, 0, 1);
/** Characters. */
const MAX_EVENT_ID = 256;
const MAX_TEXT = 512;
const MAX_DATASET = 4096;
const MAX_FIELDS = 10_000;
/** UTF-8 bytes of all names in JSON: with all other members at their longest, the entry has still less than 65,535. */
const MAX_FIELDS_BYTES = 48 * 1024;

const MEMBERS: ReadonlySet<string> = new Set(["eventId", "at", "actor", "dataset", "fields", "identifier", "purpose", "basis", "allowed", "source"]);
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

const isText = (value: unknown, min: number, max: number): value is string =>
  typeof value === "string" && value.length >= min && value.length <= max && !UNPRINTABLE.test(value);

/** Members that a service may have sent, whatever they hold. */
export type SentAccess = { readonly [Member in keyof AccessEvent]?: unknown };

/** The members of an event that has no others than it may have. */
export function membersOf(value: unknown): SentAccess | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.keys(value).every((name) => MEMBERS.has(name)) ? value : undefined;
}

export const eventIdOf = (value: unknown): string | null => {
  const eventId: unknown = typeof value === "object" && value !== null ? (value as SentAccess).eventId : undefined;
  return typeof eventId === "string" ? eventId : null;
};

export const isEventId = (value: unknown): value is string => isText(value, 1, MAX_EVENT_ID);
export const isActor = (value: unknown): value is string => isText(value, 1, MAX_TEXT);
/** Purpose, basis, source: may be empty. */
export const isRemark = (value: unknown): value is string => isText(value, 0, MAX_TEXT);
/** A `#` would name a field: in a dataset's id it is encoded. */
export const isDatasetText = (value: unknown): value is string => isText(value, 1, MAX_DATASET) && !value.includes("#");

export const isTimely = (at: Date, now: Date): boolean => at.getTime() >= EARLIEST && at.getTime() - now.getTime() <= MAX_AHEAD_MS;

/** The fields that were accessed, each once, in order; undefined where they are no list of names. */
export function fieldsOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_FIELDS || !value.every((name) => isText(name, 1, MAX_TEXT))) return undefined;
  return [...new Set(value)].sort();
}

export const areTooLong = (fields: readonly string[]): boolean => Buffer.byteLength(JSON.stringify(fields)) > MAX_FIELDS_BYTES;

/** How many accesses to a dataset a reporter reported, by the day of the access (UTC). */
export interface AccessTally {
  readonly day: string;
  readonly reporter: string;
  readonly dataset: string;
  readonly allowed: number;
  readonly denied: number;
  readonly withoutPurpose: number;
  readonly lastAt: Date;
}

export function tally(accesses: readonly ReportedAccess[]): AccessTally[] {
  const tallies = new Map<string, AccessTally>();
  for (const { event: { at, dataset, allowed, purpose }, reporter } of accesses) {
    const day = at.toISOString().slice(0, 10);
    const key = JSON.stringify([reporter, dataset, day]);
    const known = tallies.get(key) ?? { day, reporter, dataset, allowed: 0, denied: 0, withoutPurpose: 0, lastAt: at };
    tallies.set(key, {
      ...known,
      allowed: known.allowed + (allowed ? 1 : 0),
      denied: known.denied + (allowed ? 0 : 1),
      withoutPurpose: known.withoutPurpose + (purpose.trim() === "" ? 1 : 0),
      lastAt: known.lastAt > at ? known.lastAt : at,
    });
  }
  return [...tallies.values()];
}
