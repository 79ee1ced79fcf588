import type { FieldInput } from "../dataset-model";
import type { Properties } from "../model";
import type { TextError } from "./places";
import { categoriesIn } from "./fideslang-category";
import { fidesKey } from "./fideslang-key";
import type { YamlNode } from "./yaml-document";
import { anything, filledText, jsonMembers, listOf, memberOf, openMapOf, optional, required, text } from "./yaml-shape";

const META = openMapOf({
  data_type: optional(text), identity: optional(text),
  references: optional(listOf(openMapOf({ dataset: required(fidesKey), field: required(filledText), direction: optional(text) }))),
});
const FIELD = openMapOf({
  name: required(filledText), description: optional(text), data_categories: optional(listOf(anything)), fields: optional(listOf(anything)),
  fides_meta: optional(META), fidesops_meta: optional(META),
});

const META_KEPT = [
  "identity", "primary_key", "references", "length", "return_all_elements", "read_only", "custom_request_field", "masking_strategy_override", "redact",
];

/** A field of a collection, or a group of fields inside one. */
export interface FidesField {
  readonly node: YamlNode;
  readonly input: FieldInput;
  /** A group without categories of its own is no field beside those in it. */
  readonly isField: boolean;
  /** The type of identifier by which people are looked up here. */
  readonly identity: { readonly type: string; readonly at: number } | undefined;
  /** What the register has no member for. */
  readonly notes: Properties;
}

/** The fields, each after the group it stands in, as `group.field`; one without categories has those of what it stands in (`around`). */
export function readFields(
  nodes: readonly YamlNode[], known: ReadonlySet<string>, errors: TextError[], around: readonly string[] | undefined, prefix = "",
): FidesField[] {
  return nodes.flatMap((node) => {
    const { name, description, data_categories: written, fields, fides_meta: meta, fidesops_meta: formerMeta } = FIELD(node, errors);
    const own = categoriesIn(written, known, errors);
    const categories = own ?? around;
    const path = prefix + name;
    const inside = readFields(fields ?? [], known, errors, categories, `${path}.`);
    if (name === "") return inside;
    const { data_type: type, identity } = meta ?? formerMeta ?? {};
    const metaNode = metaOf(node);
    const kept = jsonMembers(metaNode, META_KEPT);
    const field: FidesField = {
      node,
      input: { name: path, type: type ?? undefined, categories, description: description ?? undefined },
      isField: inside.length === 0 || own !== undefined,
      identity: identity ? { type: identifierType(identity), at: memberOf(metaNode, "identity")!.at } : undefined,
      notes: { ...jsonMembers(node, ["data_qualifier", "retention"]), ...(Object.keys(kept).length === 0 ? {} : { fides_meta: kept }) },
    };
    return [field, ...inside];
  });
}

/** `fidesops_meta` is its former name. */
export const metaOf = (node: YamlNode): YamlNode | undefined => memberOf(node, "fides_meta") ?? memberOf(node, "fidesops_meta");

/** `Customer ID` is the register's `customer_id`. */
const identifierType = (identity: string): string => identity.trim().toLowerCase().replace(/[^a-z0-9_.-]+/g, "_");
