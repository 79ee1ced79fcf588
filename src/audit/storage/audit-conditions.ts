import type { AuditCriteria } from "../model";

/** Where the values of a statement stand; answers the place of one more, `$3`. */
export type Place = (value: unknown) => string;

const OBJECT_IS = "hashtextextended(f.object, 0) = hashtextextended($::text, 0) and f.object = $";

/** What each criterion asks of an entry `f`, or of a combination; `$` stands for the value's place. Whom it concerns is asked elsewhere. */
const CONDITIONS: Record<Exclude<keyof AuditCriteria, "subjects">, string> = {
  actor: "f.actor = $",
  action: "f.action = $",
  object: OBJECT_IS,
  dataset: `f.action = 'access.data' and ${OBJECT_IS}`,
  // As the index of combinations can answer it; null fields are no match.
  field: "f.fields @> array[$]::text[]",
  purpose: "f.purpose = $",
  basis: "f.basis = $",
  outcome: "f.outcome = $",
  from: "f.at >= $",
  to: "f.at < $",
};
type Criterion = keyof typeof CONDITIONS;

export const CRITERIA = Object.keys(CONDITIONS) as readonly Criterion[];
/** What entries of one combination have in common. */
const COMMON = CRITERIA.filter((name) => name !== "from" && name !== "to");

/** The criteria that are given, of those that all entries of a combination answer alike, or of the others. */
const given = (criteria: AuditCriteria, among: readonly Criterion[]): readonly Criterion[] => among.filter((name) => criteria[name] !== undefined);

const conditions = (criteria: AuditCriteria, among: readonly Criterion[], place: Place): string[] =>
  given(criteria, among).map((name) => CONDITIONS[name].replaceAll("$", place(criteria[name])));

export const allConditions = (criteria: AuditCriteria, place: Place): string[] => conditions(criteria, CRITERIA, place);
export const commonConditions = (criteria: AuditCriteria, place: Place): string[] => conditions(criteria, COMMON, place);

/** Names objects that are part of a combination: the same rule as `object_in_register` in the database. */
const IN_REGISTER = /^(dataset|service|entity):/;

/** Whether combinations can narrow the search: something but time is asked, and no object that they leave out. */
export const isAskedOfCombinations = (criteria: AuditCriteria): boolean =>
  given(criteria, COMMON).length > 0 && [criteria.object, criteria.dataset].every((object) => object === undefined || IN_REGISTER.test(object));

/** Names the criteria given, for the name of a statement: a digit each. */
export const variantOf = (criteria: AuditCriteria): string => given(criteria, CRITERIA).map((name) => CRITERIA.indexOf(name).toString(16)).join("");
