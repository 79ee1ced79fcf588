import { checkDataset, type DatasetInput } from "../dataset-model";
import type { Properties } from "../model";
import type { Declared } from "./descriptor-model";
import type { TextError } from "./places";
import { categoriesIn } from "./fideslang-category";
import { type FidesField, metaOf, readFields } from "./fideslang-field";
import { fidesKey } from "./fideslang-key";
import { withoutAddresses } from "./impersonal";
import { declaredOf } from "./items";
import type { YamlNode } from "./yaml-document";
import { anything, filledText, jsonMembers, listOf, memberOf, openMapOf, optional, placeOf, required, text } from "./yaml-shape";

const DATASET = openMapOf({
  fides_key: required(fidesKey), name: optional(text), description: optional(text), data_categories: optional(listOf(anything)),
  collections: required(listOf(anything)),
});
const COLLECTION = openMapOf({ name: required(filledText), description: optional(text), data_categories: optional(listOf(anything)), fields: required(listOf(anything)) });

const DATASET_KEPT = ["fides_key", "name", "description", "organization_fides_key", "tags", "third_country_transfers"];
/** May be said of a dataset for all its collections. */
const DEFAULTED = ["data_qualifier", "retention"];

/** What the rest of a source says that matters to its datasets. */
export interface Surroundings {
  /** Data categories. */
  readonly known: ReadonlySet<string>;
  /** Keys of the services that refer to a dataset, by its fides_key. */
  readonly systems: ReadonlyMap<string, readonly string[]>;
}

/** The collections of a fideslang dataset, each a dataset of the register. */
export function readDataset(node: YamlNode, around: Surroundings, errors: TextError[]): Declared<DatasetInput>[] {
  const { fides_key: key, data_categories: written, collections } = DATASET(node, errors);
  const categories = categoriesIn(written, around.known, errors);
  const services = around.systems.get(key) ?? [];
  const said: Properties = {
    ...jsonMembers(node, DEFAULTED),
    dataset: { ...jsonMembers(node, DATASET_KEPT), ...metaProperties(node) },
    // Which of several holds the data is not said.
    ...(services.length > 1 ? { systems: services } : {}),
  };
  return collections.flatMap((collection): Declared<DatasetInput>[] => {
    const { name, description, data_categories: own, fields: nodes } = COLLECTION(collection, errors);
    const fields = readFields(nodes, around.known, errors, categoriesIn(own, around.known, errors) ?? categories);
    if (key === "" || name === "") return [];
    const identities = new Map(fields.flatMap(({ identity }) => (identity === undefined ? [] : [[identity.type, identity.at]])));
    const columns = fields.filter(({ isField }) => isField);
    const input: DatasetInput = {
      namespace: `fides://${key}`,
      name,
      description: description ?? undefined,
      service: services.length === 1 ? services[0] : undefined,
      fields: columns.map((field) => field.input),
      identifierTypes: identities.size > 0 ? [...identities.keys()] : undefined,
      properties: withoutAddresses({ ...said, ...jsonMembers(collection, DEFAULTED), ...metaProperties(collection), ...fieldProperties(fields) }),
    };
    const at = ([member, index, part, ...rest]: readonly (string | number)[]): number => {
      if (member === "namespace") return placeOf(node, ["fides_key"]);
      if (member === "identifierTypes") return [...identities.values()][Number(index)] ?? collection.at;
      if (member !== "fields" || index === undefined) return placeOf(collection, [member!]);
      const field = columns[Number(index)]!.node;
      if (part === "type") return memberOf(metaOf(field), "data_type")?.at ?? field.at;
      return placeOf(field, part === "categories" ? ["data_categories", ...rest] : [part!]);
    };
    return declaredOf({ input, at: collection.at, placeOf: at }, checkDataset(input), errors);
  });
}

const META_KEPT = ["resource_id", "after", "erase_after", "skip_processing", "masking_strategy_override", "namespace", "partitioning", "redact"];

function metaProperties(node: YamlNode): Properties {
  const kept = jsonMembers(metaOf(node), META_KEPT);
  return Object.keys(kept).length === 0 ? {} : { fides_meta: kept };
}

function fieldProperties(fields: readonly FidesField[]): Properties {
  const noted = fields.filter(({ notes }) => Object.keys(notes).length > 0);
  return noted.length === 0 ? {} : { fields: Object.fromEntries(noted.map(({ input, notes }) => [input.name, notes])) };
}
