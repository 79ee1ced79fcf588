import type { TextError } from "./places";
import { FIDESLANG_CATEGORIES } from "./fideslang-categories";
import { fidesKey } from "./fideslang-key";
import type { YamlNode } from "./yaml-document";
import { openMapOf, optional, placeOf, required } from "./yaml-shape";

/** Keys that moved deeper within their own group since the taxonomy's first edition; fideslang's own examples still write them. */
const MOVED: ReadonlyMap<string, string> = new Map(
  ["city", "country", "postal_code", "state", "street"].map((part) => [`user.contact.${part}`, `user.contact.address.${part}`]),
);

const KNOWN_ONLY = "must be of the fideslang taxonomy, or stand under `data_category` of this source";

const CATEGORY = openMapOf({ fides_key: required(fidesKey), parent_key: optional(fidesKey) });

/** The taxonomy with the categories that the source declares; each of these refines a known one. */
export function readCategories(nodes: readonly YamlNode[], errors: TextError[]): ReadonlySet<string> {
  const declared = nodes.map((node) => ({ node, ...CATEGORY(node, errors) }));
  const known = new Set([...FIDESLANG_CATEGORIES, ...declared.map(({ fides_key: key }) => key)]);
  for (const { node, fides_key: key, parent_key: parent } of declared) {
    const implied = key.split(".").slice(0, -1).join(".");
    const at = placeOf(node, [parent ? "parent_key" : "fides_key"]);
    if (parent && parent !== implied) errors.push({ at, text: "parent_key must be the fides_key without its last part" });
    else if (implied !== "" && !known.has(implied)) errors.push({ at, text: `parent_key ${KNOWN_ONLY}` });
  }
  return known;
}

/** The categories of a `data_categories`; undefined where there are none, for an empty list, as tools write it, classifies nothing. */
export function categoriesIn(nodes: readonly YamlNode[] | null | undefined, known: ReadonlySet<string>, errors: TextError[]): readonly string[] | undefined {
  const categories = (nodes ?? []).map((node) => {
    const written = fidesKey(node, errors);
    const category = known.has(written) ? written : (MOVED.get(written) ?? written);
    if (category !== "" && !known.has(category)) errors.push({ at: node.at, text: `data_categories ${KNOWN_ONLY}` });
    return category;
  });
  return categories.length > 0 ? categories : undefined;
}
