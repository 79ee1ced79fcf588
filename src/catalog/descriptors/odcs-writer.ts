import { dump } from "js-yaml";
import type { DatasetDefinition, DefinedField } from "../dataset-model";
import type { Properties } from "../model";
import { type Register } from "./native-writer";
import { OWN } from "./odcs-custom";
import { ownCategoriesOf, said } from "./written";

const PREFIX = "odcs://";

/**
 * Contracts of the Open Data Contract Standard, version 3.1: one for each namespace, a schema object for each dataset. What the standard has
 * no member for stands in custom properties, so that an import of them changes nothing. Services and entities have no place in a contract.
 */
export function writeOdcsDescriptor({ datasets }: Register): string {
  const contracts = new Map<string, DatasetDefinition[]>();
  for (const dataset of datasets) contracts.set(dataset.namespace, [...(contracts.get(dataset.namespace) ?? []), dataset]);
  return [...contracts].map(([namespace, members]) => dump(contractOf(namespace, members), { lineWidth: -1, noRefs: true })).join("---\n");
}

function contractOf(namespace: string, datasets: readonly DatasetDefinition[]): object {
  const { schema: _, customProperties, ...terms } = termsOf(namespace, datasets[0]!.properties);
  const categories = ownCategoriesOf(datasets);
  return {
    apiVersion: "v3.1.0",
    version: "1.0.0",
    status: "active",
    ...terms,
    kind: "DataContract",
    id: namespace.startsWith(PREFIX) ? namespace.slice(PREFIX.length) : namespace,
    ...(categories.length > 0 ? { customProperties: custom({ [OWN.categories]: categories }) } : Array.isArray(customProperties) ? { customProperties } : {}),
    schema: datasets.map(objectOf),
  };
}

/** What its datasets remember of a contract that was imported; others' properties have other meanings. */
const termsOf = (namespace: string, properties: Properties): Properties => (namespace.startsWith(PREFIX) ? properties : {});

const objectOf = (dataset: DatasetDefinition): object => ({
  ...said({ name: dataset.name, description: dataset.description, classification: dataset.sensitivity }),
  properties: dataset.fields.map(propertyOf),
  customProperties: custom({
    ...said({
      [OWN.namespace]: dataset.namespace.startsWith(PREFIX) ? null : dataset.namespace,
      [OWN.service]: dataset.serviceKey,
      [OWN.entities]: dataset.entityKeys,
      [OWN.identifierTypes]: dataset.identifierTypes,
      [OWN.physicalLocation]: dataset.physicalLocation,
    }),
    [OWN.properties]: dataset.properties,
  }),
});

const propertyOf = ({ name, type, categories, description, sensitivity }: DefinedField): object => ({
  ...said({ name, physicalType: type, description, classification: sensitivity }),
  ...(categories === null ? {} : { customProperties: custom({ dataCategories: categories }) }),
});

const custom = (members: object): object[] => Object.entries(members).map(([property, value]) => ({ property, value: value as unknown }));
