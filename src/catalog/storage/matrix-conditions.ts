import type { Reader } from "../../platform/database/sql";
import { earliestOf, type MatrixFilter, type MatrixInstants, OWNERSHIP_KINDS } from "../matrix-model";
import { areFew, isRareCategory } from "./reach";

// $1: as of; $2: known at, infinity for what is known now; $3: as of if it was asked for, else infinity.
export const IN_FORCE = `a.valid_from <= $1 and (a.valid_to is null or $1 < a.valid_to)
  and a.recorded_from <= $2 and (a.recorded_to is null or $2 < a.recorded_to)`;
export const OWNED = `exists (select from ownership_assignments a where a.entity_key = e.key and a.role = 'SYSTEM_OF_RECORD' and ${IN_FORCE})`;
export const SEVERALLY_WRITTEN = `exists (select from ownership_assignments a where a.entity_key = e.key and a.role = 'WRITER' and ${IN_FORCE} offset 1)`;

/** How many values stand before those of a filter. */
const TAKEN = 5;

/** What a filter adds to the statements of a matrix. */
export interface MatrixConditions {
  /** Ends the statement's name: each combination is a statement of its own. */
  readonly name: string;
  /** `with …`: what is gathered before the walk. */
  readonly gathered: string;
  /** On the entity `e`. */
  readonly conditions: string;
  readonly values: readonly unknown[];
}

/** Asks how common the category and the findings are, one statement each, and builds the conditions accordingly. */
export async function conditionsOf(reader: Reader, filter: MatrixFilter, instants: MatrixInstants): Promise<MatrixConditions> {
  const { serviceKeys, teams, domain, category, findings } = filter;
  const [names, gathered, conditions, values]: [string[], string[], string[], unknown[]] = [[], [], [], []];
  const place = (value: unknown): string => `$${TAKEN + values.push(value)}`;
  const add = (name: string, condition: string, ...first: string[]): void => {
    names.push(name);
    conditions.push(`and ${condition}`);
    gathered.push(...first);
  };
  if (serviceKeys) add("ByService", `e.key in (select a.entity_key from ownership_assignments a where a.service_key = any(${place(serviceKeys)}::text[]) and ${IN_FORCE})`);
  if (teams) {
    const held = "services s join ownership_assignments a on a.service_key = s.key";
    add("ByTeam", `e.key in (select a.entity_key from ${held} where s.team = any(${place(teams)}::text[]) and ${IN_FORCE})`);
  }
  if (domain) add("ByDomain", `e.domain = ${place(domain)}`);
  if (category) {
    const classified = `from datasets d join dataset_entities de on de.dataset_id = d.id where d.categories @> array[${place(category)}::text]`;
    if (await isRareCategory(reader, category)) {
      add("ByRareCategory", "e.key in (select entity_key from classified)", `classified as materialized (select distinct de.entity_key ${classified})`);
    } else add("ByCategory", `exists (select ${classified} and de.entity_key = e.key)`);
  }
  if (findings) {
    const then = earliestOf(instants);
    const told = then === null ? [] : findings.filter((kind) => OWNERSHIP_KINDS.includes(kind));
    const stored = findings.filter((kind) => !told.includes(kind));
    const [kinds, since, now] = [place(stored), place(then ?? "infinity"), place(reader.clock.now())];
    const listed = `select f.* from findings f where f.kind = any(${kinds}) and f.resolved_at is null and f.silenced_by is null and f.since <= ${since}`;
    const counted = listed.replace(kinds, "$1::text[]").replace(since, "$2");
    const isRare = await areFew(reader, "countListedFindings", counted, [stored, then ?? "infinity"]);
    const has = isRare ? "e.key in (select entity_key from found)" : `exists (select from ${entitiesOf(`(${listed})`, now)} where found.entity_key = e.key)`;
    const alternatives = [
      has,
      ...(told.includes("NO_SYSTEM_OF_RECORD") ? [`not ${OWNED}`] : []),
      ...(told.includes("SEVERAL_WRITERS") ? [SEVERALLY_WRITTEN] : []),
    ];
    const first = isRare ? [`listed as materialized (${listed})`, `found as materialized (select distinct entity_key from ${entitiesOf("listed", now)})`] : [];
    add(`With${isRare ? "Rare" : ""}Findings${told.join("")}`, `(${alternatives.join(" or ")})`, ...first);
  }
  return { name: names.join(""), gathered: gathered.length > 0 ? `with ${gathered.join(", ")}` : "", conditions: conditions.join(" "), values };
}

/** The entities to which findings belong, as `findOpenFindings` tells them: theirs, those of their datasets in use, and dead teams of services with a role now. */
const entitiesOf = (findings: string, now: string): string => `(
  select f.entity_key from ${findings} f
  union all
  select de.entity_key from ${findings} f join datasets d on d.id = f.dataset_id and d.retired_at is null join dataset_entities de on de.dataset_id = d.id
  union all
  select a.entity_key from ${findings} f join ownership_assignments a on a.service_key = f.service_key and f.kind = 'DEAD_TEAM'
    and a.recorded_to is null and a.valid_from <= ${now} and (a.valid_to is null or ${now} < a.valid_to)
  ) as found (entity_key)`;
