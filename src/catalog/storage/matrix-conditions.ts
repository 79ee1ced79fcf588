import type { Reader } from "../../platform/database/sql";
import type { FindingKind } from "../finding-model";
import { earliestOf, type MatrixFilter, type MatrixInstants, type MatrixRank, OWNERSHIP_KINDS } from "../matrix-model";
import { areFew, embodiedAs, FEW_KEYS, gatherFew, ON_THE_WALK, oneOfKeys } from "./reach";

// $1: as of; $2: known at, infinity for what is known now; $3: as of if it was asked for, else infinity.
export const IN_FORCE = `a.valid_from <= $1 and (a.valid_to is null or $1 < a.valid_to)
  and a.recorded_from <= $2 and (a.recorded_to is null or $2 < a.recorded_to)`;
export const OWNED = `exists (select from ownership_assignments a where a.entity_key = e.key and a.role = 'SYSTEM_OF_RECORD' and ${IN_FORCE})`;
export const SEVERALLY_WRITTEN = `exists (select from ownership_assignments a where a.entity_key = e.key and a.role = 'WRITER' and ${IN_FORCE} offset 1)`;

/** How many values stand before those of a filter. */
const TAKEN = 5;

/** What a filter asks of an entity `e`. Its name ends the statement's, in few letters, as PostgreSQL takes 63: each combination is one of its own. */
export interface Condition {
  readonly name: string;
  readonly condition: string;
  /** Looked up for each entity that meets all others, in the order of the page. */
  readonly onTheWalk?: boolean;
}

export interface MatrixConditions {
  readonly of: (rank: MatrixRank) => readonly Condition[];
  readonly values: readonly unknown[];
}

/** Gathers the entities with the category or the findings where these are few, three statements at most, and builds the conditions accordingly. */
export async function conditionsOf(reader: Reader, filter: MatrixFilter, instants: MatrixInstants): Promise<MatrixConditions> {
  const { serviceKeys, teams, domain, category, findings } = filter;
  const values: unknown[] = [];
  const place = (value: unknown): string => `$${TAKEN + values.push(value)}`;
  const conditions: Condition[] = [];
  if (serviceKeys) {
    const held = `ownership_assignments a where a.service_key = any(${place(serviceKeys)}::text[]) and ${IN_FORCE}`;
    conditions.push({ name: "Service", condition: `e.key in (select a.entity_key from ${held})` });
  }
  if (teams) {
    const held = `services s join ownership_assignments a on a.service_key = s.key where s.team = any(${place(teams)}::text[]) and ${IN_FORCE}`;
    conditions.push({ name: "Team", condition: `e.key in (select a.entity_key from ${held})` });
  }
  if (domain) conditions.push({ name: "Domain", condition: `e.domain = ${place(domain)}` });
  if (category) conditions.push(await embodiedAs(reader, category, place));
  const found = findings ? await findingCondition(reader, findings, earliestOf(instants), place) : () => [];
  return { of: (rank) => [...conditions, ...found(rank)], values };
}

/** With an instant, the findings of ownership follow from the rank: the register holds those of now. */
async function findingCondition(
  reader: Reader,
  asked: readonly FindingKind[],
  then: Date | null,
  place: (value: unknown) => string,
): Promise<(rank: MatrixRank) => Condition[]> {
  const isTold = (kind: FindingKind): boolean => then !== null && OWNERSHIP_KINDS.includes(kind) && asked.includes(kind);
  const given = [asked.filter((kind) => !isTold(kind)), then ?? "infinity", reader.clock.now()];
  const isRare = await areFew(reader, "countListedFindings", listed("$1", "$2"), given.slice(0, 2), FEW_KEYS);
  const gathered = `select entity_key as key from ${withFindings("$1", "$2", "$3")} where entity_key is not null`;
  const keys = isRare ? await gatherFew(reader, "gatherEntitiesWithFindings", gathered, given) : undefined;
  const stored =
    keys === undefined
      ? `exists (select from ${withFindings(place(given[0]), place(given[1]), place(given[2]))} where found.entity_key = e.key ${ON_THE_WALK})`
      : oneOfKeys(place(keys));
  const onTheWalk = keys === undefined;
  const name = onTheWalk ? "Findings" : "RareFindings";
  const all = { name: `All${name}`, condition: `(true or ${stored})` };
  return (rank) => {
    if (rank === "ORPHAN" && isTold("NO_SYSTEM_OF_RECORD")) return [all];
    if (rank === "ORPHAN" && isTold("SEVERAL_WRITERS")) return [{ name: `Or${name}`, condition: `(${SEVERALLY_WRITTEN} or ${stored})`, onTheWalk }];
    return [rank === "CONFLICT" && isTold("SEVERAL_WRITERS") ? all : { name, condition: stored, onTheWalk }];
  };
}

const listed = (kinds: string, since: string): string =>
  `select f.* from findings f where f.kind = any(${kinds}::text[]) and f.resolved_at is null and f.silenced_by is null and f.since <= ${since}`;

/**
 * The entities with findings of these kinds that are listed and were found by then, as `findOpenFindings` tells them: theirs, those of their
 * datasets in use, and dead teams of services that have a role towards them now.
 */
function withFindings(kinds: string, since: string, now: string): string {
  const finding = `(${listed(kinds, since)}) as f`;
  return `(
    select f.entity_key from ${finding}
    union all
    select de.entity_key from ${finding} join datasets d on d.id = f.dataset_id and d.retired_at is null join dataset_entities de on de.dataset_id = d.id
    union all
    select a.entity_key from ${finding} join ownership_assignments a on a.service_key = f.service_key and f.kind = 'DEAD_TEAM'
      and a.recorded_to is null and a.valid_from <= ${now} and (a.valid_to is null or ${now} < a.valid_to)
    ) as found (entity_key)`;
}
