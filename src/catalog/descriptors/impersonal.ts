import type { Json, Properties } from "../model";

const ADDRESS = /\S@[^\s@]+\.\p{L}/u;

/** Whether an e-mail address stands in the text: the register keeps no personal data. */
export const hasAddress = (text: string): boolean => text.includes("@") && ADDRESS.test(text);

/** Properties without the texts, at any depth, in which an e-mail address stands. */
export const withoutAddresses = (properties: Properties): Properties => (cleaned(properties) ?? {}) as Properties;

function cleaned(value: Json): Json | undefined {
  if (typeof value === "string") return hasAddress(value) ? undefined : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: Json) => cleaned(item)).filter((item) => item !== undefined);
  return Object.fromEntries(Object.entries(value).flatMap(([name, item]) => {
    const kept = cleaned(item);
    return kept === undefined ? [] : [[name, kept]];
  }));
}
