import { canonicalJson } from "../protocol";
import type { Properties } from "./model";

const MAX_BYTES = 64 * 1024;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** What is wrong with the properties of a service or dataset, if anything. */
export function propertiesFault(properties: Properties): string | undefined {
  const text = JSON.stringify(properties);
  if (Buffer.byteLength(text) > MAX_BYTES) return `must have at most ${MAX_BYTES / 1024} KiB as JSON`;
  // PostgreSQL keeps neither; JSON.stringify writes both as escapes.
  return LONE_SURROGATE.test(text) || /\\u(0000|d[89a-f])/i.test(text) ? "must not contain half characters or U+0000" : undefined;
}

/** Their one form: equal properties are written alike, whatever the order in which somebody named their members. */
export const sameForm = (properties: Properties | null): Properties => JSON.parse(canonicalJson(properties ?? {})) as Properties;
