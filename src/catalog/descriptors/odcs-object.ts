import { checkDataset, type DatasetInput } from "../dataset-model";
import type { Properties } from "../model";
import { entityId, entityKeyOf, serviceId, serviceKeyOf } from "../public-ids";
import type { Fault } from "../text-model";
import type { Declared, Reference } from "./descriptor-model";
import type { TextError } from "./places";
import { declaredOf } from "./items";
import { type CustomProperties, customProperties, OWN, restOf } from "./odcs-custom";
import { type OdcsField, readFields } from "./odcs-fields";
import { locationOf } from "./odcs-location";
import type { YamlNode } from "./yaml-document";
import { anything, jsonMap, listOf, openMapOf, optional, placeOf, required, type Shape, text } from "./yaml-shape";

/** The contract around an object, as far as it says something of it. */
export interface Surroundings {
  readonly document: YamlNode;
  readonly id: string;
  readonly servers?: readonly Properties[] | null;
  readonly customProperties?: CustomProperties | null;
  /** What it says of all its objects. */
  readonly terms: Properties;
}

const OBJECT = openMapOf({
  name: required(text), physicalName: optional(text), description: optional(text), classification: optional(text),
  customProperties: optional(customProperties), properties: optional(listOf(anything)),
});

/** Reads a schema object as a dataset. */
export function readObject(node: YamlNode, contract: Surroundings, errors: TextError[], references: Reference[]): Declared<DatasetInput>[] {
  const misread: TextError[] = [];
  const object = OBJECT(node, misread);
  const customNode = (name: string): YamlNode | undefined => object.customProperties?.get(name) ?? contract.customProperties?.get(name);
  const custom = <Value>(name: string, shape: Shape<Value>): Value | undefined => {
    const value = customNode(name);
    return value && shape(value, misread);
  };
  const fields = readFields(object.properties ?? [], new Set(custom(OWN.categories, listOf(text))), misread);
  const onlyServer = contract.servers?.length === 1 ? contract.servers[0] : undefined;
  const classification = object.customProperties?.get("classification");
  const input: DatasetInput = {
    namespace: custom(OWN.namespace, text) ?? `odcs://${contract.id}`,
    name: custom(OWN.name, text) ?? object.name,
    description: object.description ?? undefined,
    service: custom(OWN.service, text),
    entities: custom(OWN.entities, listOf(text)),
    identifierTypes: custom(OWN.identifierTypes, listOf(text)),
    fields: object.properties ? fields.map((field) => field.input) : undefined,
    physicalLocation: custom(OWN.physicalLocation, text) ?? (onlyServer && locationOf(onlyServer, object.physicalName)),
    sensitivity: object.classification || (classification && text(classification, misread)),
    properties: custom(OWN.properties, jsonMap) ?? { ...contract.terms, schema: objectTerms(node, fields) },
  };
  const placeIn = placesOf(node, contract.document, customNode, fields);
  const faults = checkDataset(input);
  const faulty = new Set([...misread.map(({ at }) => at), ...faults.map(({ path }) => placeIn(path))]);
  for (const { path, id } of referencesOf(input)) {
    const at = placeIn(path);
    if (!faulty.has(at)) references.push({ id, at });
  }
  return declaredOf({ input, at: node.at, placeOf: placeIn }, faults, errors, misread);
}

/** What stands at an object and its properties and has no member in the register. */
function objectTerms(node: YamlNode, fields: readonly OdcsField[]): Properties {
  const properties = fields.filter(({ rest }) => Object.keys(rest).length > 0).map(({ input, rest }) => [input.name, rest]);
  return {
    ...restOf(node, ["name", "description", "classification", "properties"]),
    ...(properties.length > 0 ? { properties: Object.fromEntries(properties) as Properties } : {}),
  };
}

const referencesOf = ({ service, entities }: DatasetInput): { path: Fault["path"]; id: string }[] => [
  ...(service ? [{ path: ["service"], id: serviceId(serviceKeyOf(service)) }] : []),
  ...(entities ?? []).map((entity, index) => ({ path: ["entities", index], id: entityId(entityKeyOf(entity)) })),
];

/** Under which names members of a dataset are written in an object, and in the contract around it. */
const IN_OBJECT: Readonly<Record<string, readonly string[]>> = { sensitivity: ["classification"], fields: ["properties"], properties: [] };
const IN_CONTRACT: Readonly<Record<string, string>> = { namespace: "id", physicalLocation: "servers" };

function placesOf(
  node: YamlNode, contract: YamlNode, customNode: (name: string) => YamlNode | undefined, fields: readonly OdcsField[],
): (path: Fault["path"]) => number {
  return ([member, index, part]) => {
    if (member === "fields" && typeof index === "number") return fields[index]!.placeOf(String(part));
    const own = customNode(OWN[member as keyof typeof OWN]);
    if (own !== undefined) return placeOf(own, index === undefined ? [] : [index]);
    const outer = IN_CONTRACT[member!];
    return outer === undefined ? placeOf(node, IN_OBJECT[member!] ?? [member!]) : placeOf(contract, [outer]);
  };
}
