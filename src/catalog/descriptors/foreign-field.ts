import type { TextError } from "./places";
import { FIDESLANG_CATEGORIES } from "./fideslang-categories";
import type { YamlNode } from "./yaml-document";

const UNKNOWN_CATEGORY = "categories must be of the fideslang taxonomy, or declared by this source";

/**
 * The data categories of a field in a format that has no member for them: a list kept for them, and tags that are keys of the fideslang
 * taxonomy. Such a list may be of another vocabulary: it counts if all of it looks like fideslang, and must then be known. Undefined:
 * nothing is said.
 */
export function foreignCategories(
  list: YamlNode | undefined, tags: readonly string[], ownCategories: ReadonlySet<string>, errors: TextError[],
): readonly string[] | undefined {
  const isKnown = (category: string): boolean => FIDESLANG_CATEGORIES.has(category) || ownCategories.has(category);
  const items = list?.kind === "list" ? list.items : list === undefined ? [] : [list];
  const listed = items.map((item) => ({ at: item.at, category: item.kind === "scalar" ? (item.text ?? "") : "" }));
  const isMeant = list !== undefined && listed.every(({ category }) => isKnown(category) || /^(user|system)(\.|$)/.test(category));
  if (isMeant) {
    for (const { at, category } of listed) if (!isKnown(category)) errors.push({ at, text: UNKNOWN_CATEGORY });
  }
  const categories = [...(isMeant ? listed.map(({ category }) => category) : []), ...tags.filter((tag) => tag.includes(".") && isKnown(tag))];
  return isMeant || categories.length > 0 ? [...new Set(categories)] : undefined;
}

const LONGEST_TYPE = 512;

/** A field's type in one line; of that of a nested column, which can be pages long, the beginning. */
export function foreignType(type: string | null | undefined): string | undefined {
  const line = (type ?? "").replace(/[\r\n\t]+/g, " ");
  if (line.trim() === "") return undefined;
  const characters = [...line.slice(0, 2 * LONGEST_TYPE + 1)];
  return characters.length > LONGEST_TYPE ? `${characters.slice(0, LONGEST_TYPE - 1).join("")}…` : line;
}
