import type { Entity } from "./model";
import { entityId } from "./public-ids";
import { check, checkEach, descriptionFault, type Fault, keyFault, nameFault } from "./text-model";

/** What is said of an entity. An omitted (undefined) member stays as it is; null takes it back to its default. */
export interface EntityInput {
  readonly key: string;
  readonly name: string;
  readonly description?: string | null;
  readonly domain?: string | null;
  /** Types of identifier that the entity's system of record issues. */
  readonly identifierTypes?: readonly string[] | null;
}

// As the subjects room takes them: a type that no identifier can have would never find a person.
const IDENTIFIER_TYPE = /^[a-z][a-z0-9_.-]{0,63}$/;
const MAX_TYPES = 100;

/** All that is wrong with the input by itself. */
export const checkEntity = (input: EntityInput): Fault[] => [
  ...check(["key"], input.key, keyFault),
  ...check(["name"], input.name, nameFault),
  ...check(["description"], input.description, descriptionFault),
  ...check(["domain"], input.domain, nameFault),
  ...checkIdentifierTypes(input.identifierTypes),
];

/** What is wrong with the member `identifierTypes` of an entity or a dataset. */
export const checkIdentifierTypes = (types: readonly string[] | null | undefined): Fault[] =>
  checkEach(["identifierTypes"], types, MAX_TYPES, (type) =>
    IDENTIFIER_TYPE.test(type) ? undefined : "must be a lower-case letter, then at most 63 lower-case letters, digits, dots, hyphens or underscores",
  );

/** The entity after the input was heard; registering a retired one brings it back. */
export const mergeEntity = (known: Entity | undefined, input: EntityInput): Entity => ({
  id: entityId(input.key),
  key: input.key,
  name: input.name,
  description: input.description === undefined ? (known?.description ?? null) : input.description,
  domain: input.domain === undefined ? (known?.domain ?? null) : input.domain,
  identifierTypes: input.identifierTypes === undefined ? (known?.identifierTypes ?? []) : distinct(input.identifierTypes),
  retiredAt: null,
});

/** A set in its one order, so that equal sets are equal. */
export const distinct = (texts: readonly string[] | null): readonly string[] => [...new Set(texts)].sort();
