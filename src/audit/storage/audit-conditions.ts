import type { AuditCriteria } from "../model";

/** Where the values of a statement stand; answers the place of one more, `$3`. */
type Place = (value: unknown) => string;

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

const CRITERIA = Object.keys(CONDITIONS) as readonly Criterion[];
const TIME: readonly Criterion[] = ["from", "to"];
/** What entries of one combination have in common. */
const COMMON = CRITERIA.filter((name) => !TIME.includes(name));

/** The criteria that are given, of those that all entries of a combination answer alike, or of the others. */
const given = (criteria: AuditCriteria, among: readonly Criterion[]): readonly Criterion[] => among.filter((name) => criteria[name] !== undefined);

const conditions = (criteria: AuditCriteria, among: readonly Criterion[], place: Place): string[] =>
  given(criteria, among).map((name) => CONDITIONS[name].replaceAll("$", place(criteria[name])));

export const allConditions = (criteria: AuditCriteria, place: Place): string[] => conditions(criteria, CRITERIA, place);
export const timeConditions = (criteria: AuditCriteria, place: Place): string[] => conditions(criteria, TIME, place);
export const commonConditions = (criteria: AuditCriteria, place: Place): string[] => conditions(criteria, COMMON, place);

/** Names objects that are part of a combination: the same rule as `object_in_register` in the database. */
const IN_REGISTER = /^(dataset|service|entity|job):/;
/** The answers of most entries narrow nothing. */
const COARSE: AuditCriteria = { action: "access.data", outcome: "ok" };
/** No index has these in the order of time. */
const SCATTERED: readonly Criterion[] = ["basis", "field"];

/**
 * Whether combinations can shorten the search: more is asked than one index answers, and no object that they leave out. What is no dataset was never
 * accessed, and they show that at once.
 */
export function isAskedOfCombinations(criteria: AuditCriteria): boolean {
  if (criteria.object !== undefined && !IN_REGISTER.test(criteria.object)) return false;
  const narrow = given(criteria, COMMON).filter((name) => criteria[name] !== COARSE[name]);
  return narrow.length > 1 || narrow.some((name) => SCATTERED.includes(name)) || criteria.dataset?.startsWith("dataset:") === false;
}

/** The same as the combinations' terms say it: the rule of `audit_terms` in the database. */
export function termsOf({ dataset, ...criteria }: AuditCriteria): string[] {
  const { actor, action, object, field, purpose, basis, outcome } = criteria;
  const terms = { actor, action, object, field, purpose, basis, outcome };
  const said = Object.entries(terms).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  return dataset === undefined ? said : [...said, "action access.data", `object ${dataset}`];
}

/** Names the criteria given, for the name of a statement: a digit each. */
export const variantOf = (criteria: AuditCriteria): string => given(criteria, CRITERIA).map((name) => CRITERIA.indexOf(name).toString(16)).join("");
