import type { Json, Properties } from "../model";
import { withoutAddresses } from "./impersonal";
import type { YamlNode } from "./yaml-document";
import { anything, json, listOf, memberOf, type Shape, text, textOf } from "./yaml-shape";

/** Custom properties by name: those of an element, before those of what it stands in. */
export type CustomProperties = ReadonlyMap<string, YamlNode>;

const items = listOf(anything);

/** A list of `{ property, value }`; one without a name says nothing. */
export const customProperties: Shape<CustomProperties> = (node, errors) => {
  const values = new Map<string, YamlNode>();
  for (const item of items(node, errors)) {
    const [name, value] = [memberOf(item, "property"), memberOf(item, "value")];
    if (item.kind !== "map") errors.push({ at: item.at, text: "expected a mapping with property, value" });
    if (name !== undefined && value !== undefined) values.set(text(name, errors), value);
  }
  return values;
};

/**
 * Custom properties by which our own export writes what the standard has no member for. They are read as members of the dataset and not
 * kept as custom properties.
 */
export const OWN = {
  namespace: "cadastreNamespace",
  name: "cadastreName",
  service: "cadastreService",
  entities: "cadastreEntities",
  identifierTypes: "cadastreIdentifierTypes",
  physicalLocation: "cadastrePhysicalLocation",
  /** All properties of the dataset: what the contract itself says besides is not kept beside them. */
  properties: "cadastreProperties",
  /** Data categories of our own, beside those of fideslang: on the contract. */
  categories: "cadastreCategories",
} as const;
const OWN_NAMES: ReadonlySet<string> = new Set(Object.values(OWN));

/** What a node says beside the members that are read elsewhere; no e-mail addresses. */
export function restOf(node: YamlNode, read: readonly string[]): Properties {
  const rest: Record<string, Json> = {};
  for (const [name, { value }] of node.kind === "map" ? node.entries : []) {
    if (name === "customProperties") {
      const kept = value.kind === "list" ? value.items.filter((item) => !OWN_NAMES.has(textOf(memberOf(item, "property")) ?? "")) : [];
      if (kept.length > 0) rest[name] = kept.map((item) => json(item, []));
    } else if (!read.includes(name)) rest[name] = json(value, []);
  }
  return withoutAddresses(rest);
}
