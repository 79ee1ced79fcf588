import { checkIdentifierTypes, distinct } from "./entity-model";
import type { Field, FieldNotes, Properties } from "./model";
import { propertiesFault, sameForm } from "./properties-model";
import { type DatasetName, entityKeyOf, normaliseNamespace, serviceKeyOf } from "./public-ids";
import { check, checkEach, descriptionFault, exactNameFault, type Fault, keyFault, nameFault } from "./text-model";

/** What is said of a dataset. An omitted (undefined) member stays as it is; null takes it back to its default. */
export interface DatasetInput extends DatasetName {
  readonly description?: string | null;
  /** `service:<key>` or the bare key. */
  readonly service?: string | null;
  /** `entity:<key>` or bare keys. */
  readonly entities?: readonly string[] | null;
  /** Replaces the list; what is omitted of a field already known stays, and so do fields that were merely observed. */
  readonly fields?: readonly FieldInput[] | null;
  readonly identifierTypes?: readonly string[] | null;
  readonly physicalLocation?: string | null;
  readonly sensitivity?: string | null;
  readonly properties?: Properties | null;
}

export interface FieldInput {
  readonly name: string;
  readonly type?: string | null;
  readonly categories?: readonly string[] | null;
  readonly description?: string | null;
  readonly sensitivity?: string | null;
}

/** A dataset with all that is declared of it. */
export interface DatasetDefinition extends DatasetName {
  readonly description: string | null;
  readonly serviceKey: string | null;
  readonly entityKeys: readonly string[];
  readonly identifierTypes: readonly string[];
  readonly fields: readonly DefinedField[];
  readonly physicalLocation: string | null;
  readonly sensitivity: string | null;
  readonly properties: Properties;
  readonly retiredAt: Date | null;
}

/** A field with all that is declared of it. */
export interface DefinedField extends Field, FieldNotes {
  /** Seen in the data's flow, and declared by nobody. */
  readonly observed: boolean;
}

const MAX_ENTITIES = 1000;
const MAX_FIELDS = 10_000;
const MAX_CATEGORIES = 100;
const CATEGORY = /^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,15}$/;

/** All that is wrong with the input by itself; whether its service and entities exist is not asked here. */
export const checkDataset = (input: DatasetInput): Fault[] => [
  ...check(["namespace"], input.namespace, exactNameFault),
  ...check(["name"], input.name, exactNameFault),
  ...check(["description"], input.description, descriptionFault),
  ...check(["service"], input.service, (id) => keyFault(serviceKeyOf(id))),
  ...checkEach(["entities"], input.entities, MAX_ENTITIES, (id) => keyFault(entityKeyOf(id))),
  ...checkFields(input.fields),
  ...checkIdentifierTypes(input.identifierTypes),
  ...check(["physicalLocation"], input.physicalLocation, nameFault),
  ...check(["sensitivity"], input.sensitivity, nameFault),
  ...check(["properties"], input.properties, propertiesFault),
];

/** What is wrong with the member `fields`. */
export function checkFields(fields: readonly FieldInput[] | null | undefined): Fault[] {
  if ((fields ?? []).length > MAX_FIELDS) return [{ path: ["fields"], text: `must have at most ${MAX_FIELDS} items` }];
  const seen = new Set<string>();
  return (fields ?? []).flatMap(({ name, type, categories, description, sensitivity }, index): Fault[] => {
    const repeated = seen.has(name);
    seen.add(name);
    return [
      ...check(["fields", index, "name"], name, (text) => exactNameFault(text) ?? (repeated ? "stands in the list already" : undefined)),
      ...check(["fields", index, "type"], type, nameFault),
      ...check(["fields", index, "description"], description, descriptionFault),
      ...check(["fields", index, "sensitivity"], sensitivity, nameFault),
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
  description: input.description === undefined ? (known?.description ?? null) : input.description,
  serviceKey: input.service === undefined ? (known?.serviceKey ?? null) : input.service && serviceKeyOf(input.service),
  entityKeys: input.entities === undefined ? (known?.entityKeys ?? []) : distinct((input.entities ?? []).map((id) => entityKeyOf(id))),
  identifierTypes: input.identifierTypes === undefined ? (known?.identifierTypes ?? []) : distinct(input.identifierTypes),
  fields: input.fields === undefined ? (known?.fields ?? []) : mergeFields(known?.fields ?? [], input.fields ?? []),
  physicalLocation: input.physicalLocation === undefined ? (known?.physicalLocation ?? null) : input.physicalLocation,
  sensitivity: input.sensitivity === undefined ? (known?.sensitivity ?? null) : input.sensitivity,
  properties: input.properties === undefined ? (known?.properties ?? {}) : sameForm(input.properties),
  retiredAt: null,
});

function mergeFields(known: readonly DefinedField[], given: readonly FieldInput[]): readonly DefinedField[] {
  const byName = new Map(known.map((field) => [field.name, field]));
  const names = new Set(given.map(({ name }) => name));
  return [...given.map((field) => mergeField(byName.get(field.name), field)), ...known.filter(({ name, observed }) => observed && !names.has(name))];
}

/** A field after the input was heard, and thereby declared: null for `categories` says that it is unclassified. */
const mergeField = (known: DefinedField | undefined, { name, type, categories, description, sensitivity }: FieldInput): DefinedField => ({
  name,
  type: type === undefined ? (known?.type ?? null) : type,
  categories: categories === undefined ? (known?.categories ?? null) : categories && distinct(categories),
  description: description === undefined ? (known?.description ?? null) : description,
  sensitivity: sensitivity === undefined ? (known?.sensitivity ?? null) : sensitivity,
  observed: false,
});

/** A field after somebody classified it: one that was merely observed remains so, or the next list of declared fields would drop it and its classification. */
export const classifyField = (known: DefinedField, input: FieldInput): DefinedField => ({ ...mergeField(known, input), observed: known.observed });
