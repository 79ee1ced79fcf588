/** An entry's row in the log and what it is searched by, as they stand in the database. */
export interface StoredEntry {
  readonly index: number;
  readonly id: string;
  readonly bytes: Buffer;
  /** Undefined where there is no row. */
  readonly facts?: EntryFacts;
  /** Sorted; null for none. */
  readonly subjects: readonly string[] | null;
}

interface EntryFacts {
  /** As PostgreSQL writes it into JSON, in UTC. */
  readonly at: string;
  readonly action: string;
  readonly actor: string;
  readonly object: string | null;
  readonly fields: readonly string[] | null;
  readonly purpose: string | null;
  readonly basis: string | null;
  readonly source: string | null;
  readonly outcome: string;
}

type Members = { readonly [Member in keyof EntryFacts | "id" | "time" | "subjects"]?: unknown };

const PLAIN = ["action", "actor", "object", "purpose", "basis", "source", "outcome"] as const;

/** What contradicts the entry's bytes in its row or its facts; undefined if nothing does. Whether the bytes are the logged ones, their hash tells. */
export function contradictionIn({ id, bytes, facts, subjects }: StoredEntry): string | undefined {
  const entry = parse(bytes);
  if (entry === undefined) return "the entry is not a JSON object";
  if (entry.id !== id) return "the row's id is not the entry's";
  if (facts === undefined) return "what the entry is searched by is missing";
  if (facts.at !== instantOf(entry.time)) return "the time that the entry is searched by is not the entry's";
  const differing = PLAIN.find((member) => (entry[member] ?? null) !== facts[member]);
  if (differing !== undefined) return `the ${differing} that the entry is searched by is not the entry's`;
  if (!isSameList(entry.fields, facts.fields)) return "the fields that the entry is searched by are not the entry's";
  const named = Array.isArray(entry.subjects) ? [...new Set(entry.subjects)].sort() : null;
  return isSameList(named, subjects) ? undefined : "the subjects that the entry is searched by are not the entry's";
}

function parse(bytes: Buffer): Members | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** PostgreSQL leaves out a fraction's trailing zeros. */
const instantOf = (time: unknown): string | undefined => (typeof time === "string" ? time.replace(/\.?0*Z$/, "+00:00") : undefined);

function isSameList(one: unknown, other: readonly string[] | null): boolean {
  if (!Array.isArray(one)) return (one ?? null) === null && other === null;
  return other !== null && one.length === other.length && other.every((value, at) => value === one[at]);
}
