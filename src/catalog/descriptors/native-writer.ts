import { dump } from "js-yaml";
import type { DatasetDefinition, DefinedField } from "../dataset-model";
import type { Entity, Service, Team } from "../model";
import { type OwnershipAssignment } from "../ownership-model";
import type { DeclaredRule } from "../rule-model";
import { ownCategoriesOf, said } from "./written";

/** What is written out: a source, or the whole register. */
export interface Register {
  readonly teams: readonly Team[];
  readonly services: readonly Service[];
  readonly entities: readonly Entity[];
  readonly datasets: readonly DatasetDefinition[];
  readonly assignments: readonly OwnershipAssignment[];
  readonly rules: readonly DeclaredRule[];
}

/** The native descriptor that says all this: imported again under the same source, it changes nothing. Members that have their default are left out. */
export function writeNativeDescriptor({ teams, services, entities, datasets, assignments, rules }: Register): string {
  const lists = {
    categories: ownCategoriesOf(datasets),
    teams: teams.map(({ key, name }) => ({ key, name })),
    services: services.map(serviceText),
    entities: entities.map(({ key, name, description, domain, identifierTypes }) => said({ key, name, description, domain, identifierTypes })),
    assignments: assignments.map(({ entityKey, serviceKey, role, validFrom, validTo }) =>
      said({ entity: entityKey, service: serviceKey, role, validFrom: validFrom.toISOString(), validTo: validTo?.toISOString() }),
    ),
    datasets: datasets.map(datasetText),
    rules,
  };
  const written = Object.entries(lists).filter(([, items]) => items.length > 0);
  return written.length === 0 ? "" : dump(Object.fromEntries(written), { lineWidth: -1, noRefs: true });
}

const serviceText = ({ key, name, description, team, executor, endpointUrl, publicKeys, kinds, timeoutMs, backupHorizon, properties }: Service): object => ({
  ...said({ key, name, description, team, executor, endpointUrl, publicKey: publicKeys[0], timeoutMs, backupHorizon, properties }),
  kinds, // A service that takes none is another than one that has not said.
});

const datasetText = ({ serviceKey, entityKeys, fields, retiredAt: _, ...dataset }: DatasetDefinition): object =>
  said({
    namespace: dataset.namespace, name: dataset.name, description: dataset.description, service: serviceKey, entities: entityKeys,
    identifierTypes: dataset.identifierTypes, physicalLocation: dataset.physicalLocation, sensitivity: dataset.sensitivity, properties: dataset.properties,
    fields: fields.map(fieldText),
  });

/** Empty categories say that the field is not personal: they are no default. */
const fieldText = ({ name, type, categories, description, sensitivity }: DefinedField): object => ({
  ...said({ name, type, description, sensitivity }),
  ...(categories === null ? {} : { categories }),
});
