import { checkDataset, type DatasetInput } from "../dataset-model";
import type { Json, Properties } from "../model";
import { serviceId } from "../public-ids";
import { checkService, type ServiceInput } from "../service-model";
import { checkTeam, type TeamInput } from "../team-model";
import type { Fault } from "../text-model";
import { type BackstageEntity, readEntity } from "./backstage-entity";
import { keyOf, qualified } from "./backstage-reference";
import { type Declared, type Descriptor, EMPTY_DESCRIPTOR } from "./descriptor-model";
import type { TextError } from "./places";
import { hasAddress, withoutAddresses } from "./impersonal";
import { declaredOf } from "./items";
import type { YamlNode } from "./yaml-document";
import { jsonMembers, memberOf, placeOf } from "./yaml-shape";

/**
 * Reads Backstage's catalog-info.yaml: a Component is a service, a Group a team, a Resource a dataset. Systems, domains and APIs stand in
 * the properties of the components they belong to, under Backstage's names; other kinds are without effect. People are left out: users,
 * references to them as owner or otherwise, and texts with an e-mail address.
 */
export function readBackstageDescriptor(documents: readonly YamlNode[]): Descriptor {
  const errors: TextError[] = [];
  const entities = documents.filter((node) => node.kind !== "scalar" || node.text !== null).flatMap((node) => readEntity(node, errors));
  const ofKind = (kind: string): BackstageEntity[] => entities.filter((entity) => entity.kind === kind);
  const byName = (kind: string): Map<string, BackstageEntity> => new Map(ofKind(kind).map((entity) => [qualified(entity, "default"), entity]));
  const around: Surroundings = { systems: byName("System"), apis: byName("API") };
  const components = ofKind("Component");
  return {
    ...EMPTY_DESCRIPTOR,
    teams: ofKind("Group").flatMap((group) => declare(group, teamOf(group), checkTeam, errors)),
    services: components.flatMap((component) => declare(component, serviceOf(component, around), checkService, errors)),
    datasets: ofKind("Resource").flatMap((resource) => declare(resource, datasetOf(resource, around), checkDataset, errors)),
    named: new Set(components.map((component) => serviceId(keyOf(component, "default")))),
    errors,
  };
}

/** What else the source says, by qualified name. */
interface Surroundings {
  readonly systems: ReadonlyMap<string, BackstageEntity>;
  readonly apis: ReadonlyMap<string, BackstageEntity>;
}

const teamOf = (group: BackstageEntity): TeamInput => ({
  key: keyOf(group, "default"),
  name: group.spec.profile?.displayName || (group.title ?? group.name),
});

const serviceOf = (component: BackstageEntity, around: Surroundings): ServiceInput => ({
  key: keyOf(component, "default"),
  name: component.title ?? component.name,
  description: component.description,
  team: ownerTeam(component),
  properties: propertiesOf(component, around),
});

/** That something depends on it does not say whose it is: it belongs to no service yet. */
const datasetOf = (resource: BackstageEntity, around: Surroundings): DatasetInput => ({
  namespace: `backstage://${resource.namespace}`,
  name: resource.name,
  description: resource.description,
  properties: { ...(resource.title === undefined ? {} : { title: resource.title }), ...propertiesOf(resource, around) },
});

/** The group that owns it. */
const ownerTeam = ({ namespace, spec: { owner } }: BackstageEntity): string | undefined =>
  owner && (owner.kind ?? "group") === "group" ? keyOf(owner, namespace) : undefined;

const METADATA_KEPT = ["namespace", "labels", "annotations", "tags", "links"];
const SPEC_KEPT = ["type", "lifecycle", "owner", "system", "subcomponentOf", "providesApis", "consumesApis", "dependsOn", "dependencyOf"];

function propertiesOf(entity: BackstageEntity, { systems, apis }: Surroundings): Properties {
  const { node, namespace, spec } = entity;
  const system = spec.system ? systems.get(qualified(spec.system, namespace)) : undefined;
  const provided = (spec.providesApis ?? []).flatMap((api) => (api && apis.get(qualified(api, namespace))) || []);
  const properties = {
    ...jsonMembers(node, ["apiVersion"]),
    ...jsonMembers(memberOf(node, "metadata"), METADATA_KEPT),
    ...jsonMembers(memberOf(node, "spec"), SPEC_KEPT),
    ...jsonMembers(memberOf(system?.node, "spec"), ["domain"]),
    ...(provided.length === 0 ? {} : { apis: Object.fromEntries(provided.map((api) => [qualified(api, namespace), apiOf(api)])) }),
  };
  return withoutAddresses(Object.fromEntries(Object.entries(properties).flatMap(([name, value]) => withoutPeople(name, value))));
}

const apiOf = ({ node }: BackstageEntity): Properties => ({
  ...jsonMembers(memberOf(node, "metadata"), ["title"]),
  ...jsonMembers(memberOf(node, "spec"), ["type", "lifecycle"]),
});

const isPerson = (value: Json): boolean => typeof value === "string" && /^user:/i.test(value);

/** The property, if any of it is left: a link to a mailbox bears the name of who reads it. */
function withoutPeople(name: string, value: Json): [string, Json][] {
  if (Array.isArray(value)) return [[name, value.filter((item: Json) => !isPerson(item) && !hasAddress(JSON.stringify(item)))]];
  return isPerson(value) ? [] : [[name, value]];
}

/** Where Backstage writes what the register calls otherwise. */
const PLACES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  key: [["metadata", "name"]],
  name: [["spec", "profile", "displayName"], ["metadata", "title"], ["metadata", "name"]],
  description: [["metadata", "description"]],
  namespace: [["metadata", "namespace"]],
  team: [["spec", "owner"]],
};

function declare<Input extends object>({ node }: BackstageEntity, input: Input, faultsOf: (input: Input) => Fault[], errors: TextError[]): Declared<Input>[] {
  const stands = (path: readonly string[]): boolean => path.reduce<YamlNode | undefined>((value, name) => memberOf(value, name), node) !== undefined;
  const at = ([member]: Fault["path"]): number => placeOf(node, (PLACES[String(member)] ?? []).find(stands) ?? []);
  return declaredOf({ input, at: node.at, placeOf: at }, faultsOf(input), errors);
}
