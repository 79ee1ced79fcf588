import type { Reader } from "../../platform/database/sql";
import type { FindingKind } from "../finding-model";
import { earliestOf, type MatrixFilter, type MatrixInstants, OWNERSHIP_KINDS } from "../matrix-model";
import { areFew, embodiedAs } from "./reach";

// $1: as of; $2: known at, infinity for what is known now; $3: as of if it was asked for, else infinity.
export const IN_FORCE = `a.valid_from <= $1 and (a.valid_to is null or $1 < a.valid_to)
  and a.recorded_from <= $2 and (a.recorded_to is null or $2 < a.recorded_to)`;
export const OWNED = `exists (select from ownership_assignments a where a.entity_key = e.key and a.role = 'SYSTEM_OF_RECORD' and ${IN_FORCE})`;
export const SEVERALLY_WRITTEN = `exists (select from ownership_assignments a where a.entity_key = e.key and a.role = 'WRITER' and ${IN_FORCE} offset 1)`;

/** How many values stand before those of a filter. */
const TAKEN = 5;

/** What a filter adds to the statements of a matrix. */
export interface MatrixConditions {
  /** Ends the statement's name, in few letters, as PostgreSQL takes 63: each combination is a statement of its own. */
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
  if (serviceKeys) add("Service", `e.key in (select a.entity_key from ownership_assignments a where a.service_key = any(${place(serviceKeys)}::text[]) and ${IN_FORCE})`);
  if (teams) {
    const held = "services s join ownership_assignments a on a.service_key = s.key";
    add("Team", `e.key in (select a.entity_key from ${held} where s.team = any(${place(teams)}::text[]) and ${IN_FORCE})`);
  }
  if (domain) add("Domain", `e.domain = ${place(domain)}`);
  if (category) {
    const embodied = await embodiedAs(reader, category, place(category));
    add(embodied.name, embodied.condition, ...embodied.gathered);
  }
  if (findings) {
    const then = earliestOf(instants);
    const isTold = (kind: FindingKind): boolean => then !== null && OWNERSHIP_KINDS.includes(kind) && findings.includes(kind);
    const stored = findings.filter((kind) => !isTold(kind));
    const [kinds, since, now] = [place(stored), place(then ?? "infinity"), place(reader.clock.now())];
    const isRare = await areFew(reader, "countListedFindings", listed("$1", "$2"), [stored, then ?? "infinity"]);
    const has = isRare
      ? "e.key in (select entity_key from found)"
      : `exists (select from ${entitiesOf(`(${listed(kinds, since)})`, now)} where found.entity_key = e.key)`;
    const told = `(${place(isTold("NO_SYSTEM_OF_RECORD"))} and not ${OWNED} or ${place(isTold("SEVERAL_WRITERS"))} and ${SEVERALLY_WRITTEN})`;
    const first = isRare ? [`listed as materialized (${listed(kinds, since)})`, `found as materialized (select distinct entity_key from ${entitiesOf("listed", now)})`] : [];
    add(`${isRare ? "Rare" : ""}Findings`, `(${has} or ${told})`, ...first);
  }
  return { name: names.join(""), gathered: gathered.length > 0 ? `with ${gathered.join(", ")}` : "", conditions: conditions.join(" "), values };
}

/** Findings of these kinds that are listed and were found by then. */
const listed = (kinds: string, since: string): string =>
  `select f.* from findings f where f.kind = any(${kinds}::text[]) and f.resolved_at is null and f.silenced_by is null and f.since <= ${since}`;

/** The entities to which findings belong, as `findOpenFindings` tells them: theirs, those of their datasets in use, and dead teams of services with a role now. */
const entitiesOf = (findings: string, now: string): string => `(
  select f.entity_key from ${findings} f
  union all
  select de.entity_key from ${findings} f join datasets d on d.id = f.dataset_id and d.retired_at is null join dataset_entities de on de.dataset_id = d.id
  union all
  select a.entity_key from ${findings} f join ownership_assignments a on a.service_key = f.service_key and f.kind = 'DEAD_TEAM'
    and a.recorded_to is null and a.valid_from <= ${now} and (a.valid_to is null or ${now} < a.valid_to)
  ) as found (entity_key)`;
