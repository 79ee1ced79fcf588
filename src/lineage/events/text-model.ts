/** Limits of names: what the tables and their indexes can hold. */
const NAME_LIMITS = {
  dataset: { characters: 512, bytes: 1024 },
  field: { characters: 512, bytes: 2048 },
  job: { characters: 2048, bytes: 8192 },
  run: { characters: 512, bytes: 2048 },
  facet: { characters: 512, bytes: 2048 },
  producer: { characters: 2048, bytes: 8192 },
} as const;
export type NameKind = keyof typeof NAME_LIMITS;

/** PostgreSQL has no text with a NUL character in it, UTF-8 none with half a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes("\0") && text.isWellFormed();

/** What is wrong with a name, if anything. */
export function nameFault(kind: NameKind, text: string): string | undefined {
  const { characters, bytes } = NAME_LIMITS[kind];
  if (text === "") return "must not be empty";
  // The cheap bound first: no text of megabytes is walked through.
  if (text.length > 2 * characters || (text.length > characters && [...text].length > characters)) return `must have at most ${characters} characters`;
  if (3 * text.length > bytes && Buffer.byteLength(text) > bytes) return `must have at most ${bytes} bytes in UTF-8`;
  return isStorable(text) ? undefined : "must hold neither a NUL character nor half a surrogate pair";
}

/** As it can be stored: what has no place in a text becomes U+FFFD. */
export const storable = (text: string): string => text.replaceAll("\0", "\uFFFD").toWellFormed();
