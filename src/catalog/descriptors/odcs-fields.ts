import type { FieldInput } from "../dataset-model";
import type { Properties } from "../model";
import type { TextError } from "./places";
import { foreignCategories, foreignType } from "./foreign-field";
import { customProperties, restOf } from "./odcs-custom";
import type { YamlNode } from "./yaml-document";
import { anything, listOf, memberOf, openMapOf, optional, placeOf, required, text } from "./yaml-shape";

const ELEMENT = {
  logicalType: optional(text), physicalType: optional(text), description: optional(text), classification: optional(text),
  tags: optional(listOf(text)), customProperties: optional(customProperties), properties: optional(listOf(anything)), items: optional(anything),
};
const PROPERTY = openMapOf({ ...ELEMENT, name: required(text) });
const ITEMS = openMapOf(ELEMENT);

/** A property of a schema object, as a field. */
export interface OdcsField {
  readonly input: FieldInput;
  /** What the register has no member for; sample values are left out, for they may be a person's. */
  readonly rest: Properties;
  readonly placeOf: (member: string) => number;
}

/** Where the members of a field stand in a property. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  type: ["physicalType", "logicalType"], sensitivity: ["classification"], categories: ["customProperties", "tags"],
};

const INNER = ["properties", "items", "examples"];

/**
 * The properties of an object and those inside them: `parent.child`, `parent[].child`. A property that has others inside it is a field of
 * its own; where it has no categories but all of those inside have, it has theirs.
 */
export function readFields(nodes: readonly YamlNode[], ownCategories: ReadonlySet<string>, errors: TextError[], prefix = ""): OdcsField[] {
  return nodes.flatMap((node) => {
    const property = PROPERTY(node, errors);
    const name = prefix + property.name;
    const inside = [
      ...readFields(property.properties ?? [], ownCategories, errors, `${name}.`),
      ...(property.items ? readItems(property.items, ownCategories, errors, `${name}[]`) : []),
    ];
    const custom = property.customProperties;
    const listed = custom?.get("dataCategories") ?? custom?.get("fides_data_categories");
    const said = foreignCategories(listed, property.tags ?? [], ownCategories, errors);
    const field: OdcsField = {
      input: {
        name,
        type: foreignType(property.physicalType || property.logicalType),
        categories: said ?? categoriesOf(inside),
        description: property.description ?? undefined,
        sensitivity: property.classification || undefined,
      },
      rest: {
        ...restOf(node, ["name", property.physicalType ? "physicalType" : "logicalType", "description", "classification", ...INNER]),
        ...(property.items ? { items: restOf(property.items, INNER) } : {}),
      },
      placeOf: (member) => placeOf(node, [(MEMBERS[member] ?? [member]).find((written) => memberOf(node, written) !== undefined) ?? member]),
    };
    return [field, ...inside];
  });
}

/** What lies in the items of an array; items that are arrays themselves: `parent[][].child`. */
function readItems(node: YamlNode, ownCategories: ReadonlySet<string>, errors: TextError[], path: string): OdcsField[] {
  const { properties, items } = ITEMS(node, errors);
  return [
    ...readFields(properties ?? [], ownCategories, errors, `${path}.`),
    ...(items ? readItems(items, ownCategories, errors, `${path}[]`) : []),
  ];
}

function categoriesOf(inside: readonly OdcsField[]): string[] | undefined {
  const all = inside.map(({ input }) => input.categories);
  if (all.length === 0 || !all.every((categories) => categories != null)) return undefined;
  return [...new Set(all.flat())];
}
