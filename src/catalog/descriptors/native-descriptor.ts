import { checkDataset, type DatasetInput } from "../dataset-model";
import { checkEntity, type EntityInput } from "../entity-model";
import { OWNERSHIP_ROLES, type OwnershipRole, validityFaults } from "../ownership-model";
import { datasetUrn, entityId, entityKeyOf, ruleId, serviceId, serviceKeyOf } from "../public-ids";
import { checkRule, type RuleInput } from "../rule-model";
import { checkService, type ServiceInput } from "../service-model";
import { check, type Fault, keyFault, oneOf } from "../text-model";
import type { AssignmentInput, Declared, Descriptor, Reference, TextError } from "./descriptor-model";
import { FIDESLANG_CATEGORIES } from "./fideslang-categories";
import { readYaml, type YamlNode } from "./yaml-document";
import { instant, listOf, mapOf, optional, placeOf, required, type Shape, text, wholeNumber } from "./yaml-shape";

// The members are those of the register… inputs. Keys and references may carry their kind (`service:orders`) or not.
const SERVICE = mapOf({
  key: required(text), name: required(text), team: optional(text), executor: optional(text), endpointUrl: optional(text), publicKey: optional(text),
  kinds: optional(listOf(text)), timeoutMs: optional(wholeNumber), backupHorizon: optional(text),
});
const ENTITY = mapOf({ key: required(text), name: required(text), domain: optional(text), identifierTypes: optional(listOf(text)) });
const FIELD = mapOf({ name: required(text), type: optional(text), categories: optional(listOf(text)) });
const DATASET = mapOf({
  namespace: required(text), name: required(text), service: optional(text), entities: optional(listOf(text)), fields: optional(listOf(FIELD)),
  identifierTypes: optional(listOf(text)),
});
const ASSIGNMENT = mapOf({ entity: required(text), service: required(text), role: required(text), validFrom: optional(instant), validTo: optional(instant) });
const RULE = mapOf({ key: required(text), startPoint: required(text), period: required(text), zone: optional(text) });

const anything: Shape<YamlNode> = (node) => node;
const DOCUMENT = mapOf({
  services: optional(listOf(anything)), entities: optional(listOf(anything)), datasets: optional(listOf(anything)),
  assignments: optional(listOf(anything)), rules: optional(listOf(anything)),
  /** Data categories of our own, beside those of fideslang. */
  categories: optional(listOf(text)),
});

/** Reads the native format: YAML, one document or several, each a mapping of lists. */
export function readNativeDescriptor(source: string): Descriptor {
  const { documents, errors } = readYaml(source);
  const lists = documents.filter((node) => node.kind !== "scalar" || node.text !== null).map((node) => DOCUMENT(node, errors));
  const categories = new Set([...FIDESLANG_CATEGORIES, ...lists.flatMap((list) => list.categories ?? [])]);
  const items = (member: "services" | "entities" | "datasets" | "assignments" | "rules"): YamlNode[] => lists.flatMap((list) => list[member] ?? []);
  const named = new Set<string>();
  const references: Reference[] = [];

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
    idOf: datasetUrn,
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
    idOf: ({ key }) => ruleId(key),
  });
  return { services, entities, datasets, assignments, rules, named, references, errors };
}

interface Kind<Value, Input> {
  readonly shape: Shape<Value>;
  readonly toInput: (value: Value) => Input;
  readonly faults: (input: Input) => Fault[];
  /** What may stand there only once. */
  readonly idOf?: (input: Input) => string;
  /** Learns every id, those of faulty items too. */
  readonly named?: Set<string>;
  /** Learns every reference, those of faulty items too. */
  readonly references?: Reference[];
  readonly referencesOf?: (input: Input) => { readonly path: readonly (string | number)[]; readonly id: string }[];
}

/** The items that are right; what is wrong with the others goes to `errors`. */
function readItems<Value, Input>(nodes: readonly YamlNode[], errors: TextError[], kind: Kind<Value, Input>): Declared<Input>[] {
  const seen = new Set<string>();
  return nodes.flatMap((node): Declared<Input>[] => {
    const own: TextError[] = [];
    const input = kind.toInput(kind.shape(node, own));
    const misread = new Set(own.map(({ at }) => at));
    // A value that could not be read has been reported; the empty one in its place is not judged.
    for (const { path, text: fault } of kind.faults(input)) {
      const at = placeOf(node, path);
      if (!misread.has(at)) own.push({ at, text: `${path.filter((step) => typeof step === "string").at(-1)} ${fault}` });
    }
    const id = own.length === 0 || kind.named !== undefined ? kind.idOf?.(input) : undefined;
    if (id !== undefined) {
      if (seen.has(id)) own.push({ at: node.at, text: `${id} stands in this source twice` });
      seen.add(id);
      kind.named?.add(id);
    }
    const faulty = new Set(own.map(({ at }) => at));
    for (const { path, id: target } of kind.referencesOf?.(input) ?? []) {
      const at = placeOf(node, path);
      if (!faulty.has(at)) kind.references?.push({ id: target, at });
    }
    for (const error of own) errors.push(error); // As arguments of one call, a million of them would be too many.
    return own.length > 0 ? [] : [{ input, at: node.at, members: node.kind === "map" ? [...node.entries.keys()] : [] }];
  });
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
