/**
 * RFC 8785 (JCS): the one text of a JSON value, on which signatures and hashes stand. Members are sorted by UTF-16 code units;
 * numbers and strings are written as ECMAScript writes them; absent (undefined) members are left out.
 * Throws on what JSON cannot say exactly: non-finite numbers, lone surrogates, anything that is no plain JSON value.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value === "string" && !LONE_SURROGATE.test(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (isPlainObject(value)) {
    const names = Object.keys(value).filter((name) => value[name] !== undefined).sort();
    return `{${names.map((name) => `${canonicalJson(name)}:${canonicalJson(value[name])}`).join(",")}}`;
  }
  throw new TypeError(`canonical JSON: a ${typeof value} of this value has no exact form`);
}

/** The same as UTF-8 bytes, the form that is hashed, signed and stored. */
export const canonicalBytes = (value: unknown): Buffer => Buffer.from(canonicalJson(value), "utf8");

const LONE_SURROGATE = /\p{Surrogate}/u;

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
