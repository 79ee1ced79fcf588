import { pathTo, type Fault } from "./fault-model";
import { isStorable, storable } from "./text-model";

/** Deeper than any facet of a real client, and far from the end of anybody's stack. */
const MOST_LEVELS = 200;

/** A text that cannot be stored as it is, and where it stands. */
type Unstorable = readonly [holder: Record<string, unknown>, key: string];

/** A facet too deep to be worked on, or with a key that cannot be stored; else the texts in it that want mending. */
export type Examined = { readonly fault: Fault } | { readonly unstorable: readonly Unstorable[] };

/** Looks at all of a facet as far as storing it goes; knows nothing of what it means. */
export function examineFacet(facet: object, at: string): Examined {
  const unstorable: Unstorable[] = [];
  const fault = walk(facet as Record<string, unknown>, at, 1, unstorable);
  return fault === undefined ? { unstorable } : { fault };
}

/** Puts U+FFFD where a text holds what cannot be stored: a stack trace with a NUL is worth more than none. Writes into the facet. */
export function mend(unstorable: readonly Unstorable[]): void {
  for (const [holder, key] of unstorable) holder[key] = storable(holder[key] as string);
}

function walk(holder: Record<string, unknown>, at: string, level: number, unstorable: Unstorable[]): Fault | undefined {
  const isList = Array.isArray(holder);
  for (const key of Object.keys(holder)) {
    if (!isList && !isStorable(key)) return { path: pathTo(at, key), message: "is a key with a NUL character or half a surrogate pair in it" };
    const value = holder[key];
    if (typeof value === "string") {
      if (!isStorable(value)) unstorable.push([holder, key]);
    } else if (typeof value === "object" && value !== null) {
      if (level === MOST_LEVELS) return { path: at, message: `is nested deeper than ${MOST_LEVELS} levels` };
      const fault = walk(value as Record<string, unknown>, pathTo(at, isList ? Number(key) : key), level + 1, unstorable);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}
