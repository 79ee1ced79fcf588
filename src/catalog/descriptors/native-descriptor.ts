import { checkDataset, type DatasetInput } from "../dataset-model";
import { checkEntity, type EntityInput } from "../entity-model";
import { OWNERSHIP_ROLES, type OwnershipRole, validityFaults } from "../ownership-model";
import { entityId, entityKeyOf, serviceId, serviceKeyOf } from "../public-ids";
import { checkRule, type RuleInput } from "../rule-model";
import { checkService, type ServiceInput } from "../service-model";
import { checkTeam, type TeamInput } from "../team-model";
import { check, type Fault, keyFault, oneOf } from "../text-model";
import type { AssignmentInput, Descriptor, Reference } from "./descriptor-model";
import type { TextError } from "./places";
import { FIDESLANG_CATEGORIES } from "./fideslang-categories";
import { readItems } from "./items";
import type { YamlNode } from "./yaml-document";
import { anything, instant, jsonMap, listOf, mapOf, optional, required, text, wholeNumber } from "./yaml-shape";

// The members are those of the register… inputs. Keys and references may carry their kind (`service:orders`) or not.
const SERVICE = mapOf({
  key: required(text), name: required(text), description: optional(text), team: optional(text), executor: optional(text), endpointUrl: optional(text), publicKey: optional(text),
  kinds: optional(listOf(text)), timeoutMs: optional(wholeNumber), backupHorizon: optional(text),
  properties: optional(jsonMap),
});
const TEAM = mapOf({ key: required(text), name: required(text) });
const ENTITY = mapOf({ key: required(text), name: required(text), description: optional(text), domain: optional(text), identifierTypes: optional(listOf(text)) });
const FIELD = mapOf({
  name: required(text), type: optional(text), categories: optional(listOf(text)), description: optional(text), sensitivity: optional(text),
});
const DATASET = mapOf({
  namespace: required(text), name: required(text), description: optional(text), service: optional(text), entities: optional(listOf(text)),
  fields: optional(listOf(FIELD)), identifierTypes: optional(listOf(text)), physicalLocation: optional(text), sensitivity: optional(text),
  properties: optional(jsonMap),
});
const ASSIGNMENT = mapOf({ entity: required(text), service: required(text), role: required(text), validFrom: optional(instant), validTo: optional(instant) });
const RULE = mapOf({ key: required(text), startPoint: required(text), period: required(text), zone: optional(text) });

const DOCUMENT = mapOf({
  teams: optional(listOf(anything)), services: optional(listOf(anything)), entities: optional(listOf(anything)), datasets: optional(listOf(anything)),
  assignments: optional(listOf(anything)), rules: optional(listOf(anything)),
  /** Data categories of our own, beside those of fideslang. */
  categories: optional(listOf(text)),
});

/** Reads the native format: YAML, one document or several, each a mapping of lists. */
export function readNativeDescriptor(documents: readonly YamlNode[]): Descriptor {
  const errors: TextError[] = [];
  const lists = documents.filter((node) => node.kind !== "scalar" || node.text !== null).map((node) => DOCUMENT(node, errors));
  const categories = new Set([...FIDESLANG_CATEGORIES, ...lists.flatMap((list) => list.categories ?? [])]);
  const items = (member: "teams" | "services" | "entities" | "datasets" | "assignments" | "rules"): YamlNode[] => lists.flatMap((list) => list[member] ?? []);
  const named = new Set<string>();
  const references: Reference[] = [];

  const teams = readItems(items("teams"), errors, { shape: TEAM, toInput: (value): TeamInput => value, faults: checkTeam });
  const services = readItems(items("services"), errors, {
    shape: SERVICE,
    toInput: (value): ServiceInput => ({ ...value, key: serviceKeyOf(value.key), executor: value.executor as ServiceInput["executor"] }),
    faults: checkService,
    idOf: ({ key }) => serviceId(key),
    named,
  });
  const entities = readItems(items("entities"), errors, {
    shape: ENTITY,
    toInput: (value): EntityInput => ({ ...value, key: entityKeyOf(value.key) }),
    faults: checkEntity,
    idOf: ({ key }) => entityId(key),
    named,
  });
  const datasets = readItems(items("datasets"), errors, {
    shape: DATASET,
    toInput: (value): DatasetInput => value,
    faults: (input) => [...checkDataset(input), ...categoryFaults(input, categories)],
    references,
    referencesOf: ({ service, entities: embodied }) => [
      ...(service ? [{ path: ["service"], id: serviceId(serviceKeyOf(service)) }] : []),
      ...(embodied ?? []).map((id, index) => ({ path: ["entities", index], id: entityId(entityKeyOf(id)) })),
    ],
  });
  const assignments = readItems(items("assignments"), errors, {
    shape: ASSIGNMENT,
    toInput: ({ entity, service, role, ...validity }): AssignmentInput => ({
      ...validity, entityKey: entityKeyOf(entity), serviceKey: serviceKeyOf(service), role: role as OwnershipRole,
    }),
    faults: checkAssignment,
    references,
    referencesOf: ({ entityKey, serviceKey }) => [
      { path: ["entity"], id: entityId(entityKey) },
      { path: ["service"], id: serviceId(serviceKey) },
    ],
  });
  const rules = readItems(items("rules"), errors, {
    shape: RULE,
    toInput: (value): RuleInput => value as RuleInput,
    faults: checkRule,
  });
  return { teams, services, entities, datasets, assignments, rules, named, references, errors };
}

const checkAssignment = ({ entityKey, serviceKey, role, validFrom, validTo }: AssignmentInput): Fault[] => [
  ...check(["entity"], entityKey, keyFault),
  ...check(["service"], serviceKey, keyFault),
  ...check(["role"], role, (written) => oneOf(OWNERSHIP_ROLES, written)),
  ...(validFrom && validTo ? validityFaults({ validFrom, validTo }) : []),
];

const UNKNOWN_CATEGORY = "must be of the fideslang taxonomy, or stand under `categories` of this source";

const categoryFaults = ({ fields }: DatasetInput, known: ReadonlySet<string>): Fault[] =>
  (fields ?? []).flatMap(({ categories }, field) =>
    (categories ?? []).flatMap((category, index): Fault[] =>
      known.has(category) ? [] : [{ path: ["fields", field, "categories", index], text: UNKNOWN_CATEGORY }],
    ),
  );
