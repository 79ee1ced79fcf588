import { checkIdentifierTypes, distinct } from "./entity-model";
import { type Dataset, type Field, personalState } from "./model";
import { type DatasetName, datasetUrn, entityKeyOf, normaliseNamespace, serviceKeyOf } from "./public-ids";
import { check, checkEach, exactNameFault, type Fault, keyFault, nameFault } from "./text-model";

/** What is said of a dataset. An omitted (undefined) member stays as it is; null takes it back to its default. */
export interface DatasetInput extends DatasetName {
  /** `service:<key>` or the bare key. */
  readonly service?: string | null;
  /** `entity:<key>` or bare keys. */
  readonly entities?: readonly string[] | null;
  /** Replaces the list; what is omitted of a field already known stays. */
  readonly fields?: readonly FieldInput[] | null;
  readonly identifierTypes?: readonly string[] | null;
}

export interface FieldInput {
  readonly name: string;
  readonly type?: string | null;
  readonly categories?: readonly string[] | null;
}

/** A dataset with all that is declared of it. */
export interface DatasetDefinition extends DatasetName {
  readonly serviceKey: string | null;
  readonly entityKeys: readonly string[];
  readonly identifierTypes: readonly string[];
  readonly fields: readonly Field[];
  readonly retiredAt: Date | null;
}

const MAX_ENTITIES = 1000;
const MAX_FIELDS = 10_000;
const MAX_CATEGORIES = 100;
const CATEGORY = /^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,15}$/;

/** All that is wrong with the input by itself; whether its service and entities exist is not asked here. */
export const checkDataset = (input: DatasetInput): Fault[] => [
  ...check(["namespace"], input.namespace, exactNameFault),
  ...check(["name"], input.name, exactNameFault),
  ...check(["service"], input.service, (id) => keyFault(serviceKeyOf(id))),
  ...checkEach(["entities"], input.entities, MAX_ENTITIES, (id) => keyFault(entityKeyOf(id))),
  ...checkFields(input.fields),
  ...checkIdentifierTypes(input.identifierTypes),
];

/** What is wrong with the member `fields`. */
export function checkFields(fields: readonly FieldInput[] | null | undefined): Fault[] {
  if ((fields ?? []).length > MAX_FIELDS) return [{ path: ["fields"], text: `must have at most ${MAX_FIELDS} items` }];
  const seen = new Set<string>();
  return (fields ?? []).flatMap(({ name, type, categories }, index): Fault[] => {
    const repeated = seen.has(name);
    seen.add(name);
    return [
      ...check(["fields", index, "name"], name, (text) => exactNameFault(text) ?? (repeated ? "stands in the list already" : undefined)),
      ...check(["fields", index, "type"], type, nameFault),
      ...checkEach(["fields", index, "categories"], categories, MAX_CATEGORIES, categoryFault),
    ];
  });
}

const categoryFault = (category: string): string | undefined =>
  CATEGORY.test(category) ? undefined : "must be a dotted data category such as user.contact.email";

/** The dataset after the input was heard; registering a retired one brings it back. */
export const mergeDataset = (known: DatasetDefinition | undefined, input: DatasetInput): DatasetDefinition => ({
  namespace: normaliseNamespace(input.namespace),
  name: input.name,
  serviceKey: input.service === undefined ? (known?.serviceKey ?? null) : input.service && serviceKeyOf(input.service),
  entityKeys: input.entities === undefined ? (known?.entityKeys ?? []) : distinct((input.entities ?? []).map((id) => entityKeyOf(id))),
  identifierTypes: input.identifierTypes === undefined ? (known?.identifierTypes ?? []) : distinct(input.identifierTypes),
  fields: input.fields === undefined ? (known?.fields ?? []) : mergeFields(known?.fields ?? [], input.fields ?? []),
  retiredAt: null,
});

function mergeFields(known: readonly Field[], given: readonly FieldInput[]): readonly Field[] {
  const byName = new Map(known.map((field) => [field.name, field]));
  return given.map((field) => mergeField(byName.get(field.name), field));
}

/** A field after the input was heard: null for `categories` says that it is unclassified. */
export const mergeField = (known: Field | undefined, { name, type, categories }: FieldInput): Field => ({
  name,
  type: type === undefined ? (known?.type ?? null) : type,
  categories: categories === undefined ? (known?.categories ?? null) : categories && distinct(categories),
});

/** The dataset as it is read. */
export const describeDataset = (definition: DatasetDefinition, number: number): Dataset => ({
  id: datasetUrn(definition),
  number,
  namespace: definition.namespace,
  name: definition.name,
  serviceKey: definition.serviceKey,
  identifierTypes: definition.identifierTypes,
  personal: personalState(definition.fields),
  retiredAt: definition.retiredAt,
});
