/** What moves the cursor, hides or reorders text, or is no text at all: controls, formatting (bidirectional marks among them), half pairs, odd spaces. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** The text as a terminal may show it: what could play tricks there stands as `\u{…}`. */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`);

/** A public id for people, `%XX` decoded and its parts apart: `postgres://shop:5432 public.orders`; for entities and services the id itself. */
export function readableName(id: string): string {
  const [kind, ...parts] = id.split(":");
  return printable(kind === "dataset" || kind === "job" ? parts.map(decoded).join(" ") : id);
}

/** The name in an id, without its namespace: undefined where it can be read in the id as it is. */
export function hiddenName(id: string): string | undefined {
  const name = id.slice(id.lastIndexOf(":") + 1);
  return name.includes("%") ? printable(decoded(name)) : undefined;
}

/** What is no encoding stays as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
