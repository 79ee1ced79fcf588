import { checkDataset, type DatasetInput } from "../dataset-model";
import type { Properties } from "../model";
import { datasetUrn, entityId, entityKeyOf, serviceId, serviceKeyOf } from "../public-ids";
import type { Fault } from "../text-model";
import { type Declared, type Descriptor, EMPTY_DESCRIPTOR, type Reference, type TextError } from "./descriptor-model";
import { declaredOf } from "./items";
import { customProperties, OWN, restOf } from "./odcs-custom";
import { type OdcsField, readFields } from "./odcs-fields";
import { locationOf } from "./odcs-location";
import { agreementsOf, termsOf } from "./odcs-terms";
import type { YamlNode } from "./yaml-document";
import { anything, isEmpty, jsonMap, listOf, openMapOf, optional, placeOf, required, type Shape, text } from "./yaml-shape";

const matching =
  (pattern: RegExp, wanted: string): Shape<string> =>
  (node, errors) => {
    const written = text(node, errors);
    if (node.kind === "scalar" && node.text !== null && !pattern.test(written)) errors.push({ at: node.at, text: `expected ${wanted}` });
    return written;
  };

const CONTRACT = openMapOf({
  apiVersion: required(matching(/^v?3\./, "version 3 of the standard, such as v3.1.0: no other version is read")),
  kind: required(matching(/^DataContract$/, "DataContract")),
  id: required(text), version: required(text), status: required(text),
  schema: optional(listOf(anything)), servers: optional(listOf(jsonMap)), customProperties: optional(customProperties),
});
type Contract = ReturnType<typeof CONTRACT>;

const OBJECT = openMapOf({
  name: required(text), physicalName: optional(text), description: optional(text), classification: optional(text),
  customProperties: optional(customProperties), properties: optional(listOf(anything)),
});
const NAMES = openMapOf({ name: optional(text), physicalName: optional(text) });

/** A dataset of one version of a contract. */
interface Draft extends Declared<DatasetInput> {
  readonly contract: Contract;
}

/**
 * Reads contracts of the Open Data Contract Standard, version 3: each schema object is a dataset `odcs://<contract id>` + name, its
 * properties are fields. What the register has no member for is kept in `properties`: the contract's members under their own names, those
 * of the object under `schema`. People, e-mail addresses and sample values are not kept.
 * An object that stands in several versions of a contract is taken from the latest.
 */
export function readOdcsDescriptor(documents: readonly YamlNode[]): Descriptor {
  const errors: TextError[] = [];
  const references: Reference[] = [];
  const drafts = documents.filter((document) => !isEmpty(document)).flatMap((document) => {
    const contract = CONTRACT(document, errors);
    const objects = contract.schema ?? [];
    const terms = termsOf(document);
    const agreements = agreementsOf(document, objects.map((object) => Object.values(NAMES(object, [])).filter((name) => name != null)));
    return objects.flatMap((object, index): Draft[] => {
      const slaProperties = agreements(index);
      const common = slaProperties.length > 0 ? { ...terms, slaProperties } : terms;
      return readObject(object, contract, common, errors, references).map((declared) => ({ ...declared, contract }));
    });
  });
  return { ...EMPTY_DESCRIPTOR, datasets: latest(drafts), references, errors };
}

function readObject(node: YamlNode, contract: Contract, terms: Properties, errors: TextError[], references: Reference[]): Declared<DatasetInput>[] {
  const misread: TextError[] = [];
  const object = OBJECT(node, misread);
  const customNode = (name: string): YamlNode | undefined => object.customProperties?.get(name) ?? contract.customProperties?.get(name);
  const custom = <Value>(name: string, shape: Shape<Value>): Value | undefined => {
    const value = customNode(name);
    return value && shape(value, misread);
  };
  const fields = object.properties && readFields(object.properties, new Set(custom(OWN.categories, listOf(text))), misread);
  const onlyServer = contract.servers?.length === 1 ? contract.servers[0] : undefined;
  const classification = object.customProperties?.get("classification");
  const input: DatasetInput = {
    namespace: custom(OWN.namespace, text) ?? `odcs://${contract.id}`,
    name: custom(OWN.name, text) ?? object.name,
    description: object.description ?? undefined,
    service: custom(OWN.service, text),
    entities: custom(OWN.entities, listOf(text)),
    identifierTypes: custom(OWN.identifierTypes, listOf(text)),
    fields: fields?.map(({ input: field }) => field),
    physicalLocation: custom(OWN.physicalLocation, text) ?? (onlyServer && locationOf(onlyServer, object.physicalName)),
    sensitivity: object.classification ?? (classification && text(classification, misread)),
    properties: custom(OWN.properties, jsonMap) ?? { ...terms, schema: objectTerms(node, fields ?? []) },
  };
  const placeIn = ([member, index, part]: Fault["path"]): number => {
    if (member === "fields" && typeof index === "number") return fields![index]!.placeOf(String(part));
    const own = customNode(OWN[member as keyof typeof OWN]);
    return own ? placeOf(own, index === undefined ? [] : [index]) : placeOf(node, [member === "sensitivity" ? "classification" : member!]);
  };
  const faults = checkDataset(input);
  const faulty = new Set([...misread.map(({ at }) => at), ...faults.map(({ path }) => placeIn(path))]);
  for (const { path, id } of referencesOf(input)) {
    const at = placeIn(path);
    if (!faulty.has(at)) references.push({ id, at });
  }
  return declaredOf({ input, at: node.at, placeOf: placeIn }, faults, errors, misread);
}

const referencesOf = ({ service, entities }: DatasetInput): { path: Fault["path"]; id: string }[] => [
  ...(service ? [{ path: ["service"], id: serviceId(serviceKeyOf(service)) }] : []),
  ...(entities ?? []).map((entity, index) => ({ path: ["entities", index], id: entityId(entityKeyOf(entity)) })),
];

/** What stands at an object and its properties and has no member in the register. */
function objectTerms(node: YamlNode, fields: readonly OdcsField[]): Properties {
  const properties = fields.filter(({ rest }) => Object.keys(rest).length > 0).map(({ input, rest }) => [input.name, rest]);
  return {
    ...restOf(node, ["name", "description", "classification", "properties"]),
    ...(properties.length > 0 ? { properties: Object.fromEntries(properties) as Properties } : {}),
  };
}

// Numbers in a version count as numbers: 1.10.0 comes after 1.9.0.
const byVersion = new Intl.Collator("en", { numeric: true });

/** Of what several versions of one contract describe, the latest. */
function latest(drafts: readonly Draft[]): Draft[] {
  const newest = new Map<string, Draft>();
  for (const draft of drafts) {
    const known = newest.get(datasetUrn(draft.input));
    if (known === undefined || byVersion.compare(draft.contract.version, known.contract.version) > 0) newest.set(datasetUrn(draft.input), draft);
  }
  return drafts.filter(({ input, contract }) => {
    const { contract: other } = newest.get(datasetUrn(input))!;
    return other.id !== contract.id || byVersion.compare(other.version, contract.version) === 0;
  });
}
