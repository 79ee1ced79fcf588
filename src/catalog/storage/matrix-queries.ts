import { decodeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import type { Reader } from "../../platform/database/sql";
import { badInput } from "../../platform/errors";
import { MATRIX_RANKS, type MatrixFilter, type MatrixInstants, type MatrixPosition, type MatrixRank, type OwnershipFaults } from "../matrix-model";
import { type Condition, conditionsOf, IN_FORCE, OWNED, SEVERALLY_WRITTEN } from "./matrix-conditions";
import { ASKED, type AssignmentsKey, AT_THE_INSTANTS, valuesOf } from "./ownership-queries";

/** Known by then and not retired by then. Its registration is no beginning: of an entity registered late the past may be known. */
const IN_USE = "e.registered_at <= $2 and (e.retired_at is null or e.retired_at > least($2, $3))";
const USED = `exists (select from ownership_assignments a where a.entity_key = e.key and ${IN_FORCE})`;
const AMONG_SEVERALLY_WRITTEN = `e.key in (
  select a.entity_key from ownership_assignments a where a.role = 'WRITER' and ${IN_FORCE} group by a.entity_key having count(*) > 1)`;

/** Each rank lies in the order of keys: the first two are read from the indices of owners and writers, the last as far as the page goes. */
const RANKS: Record<MatrixRank, string> = {
  // An entity registered later, of which nothing is said for then, was no orphan then.
  ORPHAN: `not ${OWNED} and (e.registered_at <= $3 or ${USED})`,
  CONFLICT: `${OWNED} and ${AMONG_SEVERALLY_WRITTEN}`,
  REST: `${OWNED} and not ${SEVERALLY_WRITTEN}`,
};

/**
 * One page of the entities in use then: those without a system of record first, then those with several writers, then the rest, each by key.
 * Three statements at most, whatever the page, and up to three more for filters by category and by finding.
 */
export async function listMatrix(reader: Reader, filter: MatrixFilter, instants: MatrixInstants, page: PageRequest): Promise<Page<MatrixPosition>> {
  const [rankAfter, keyAfter] = decodeCursor(page.after, 2) ?? [MATRIX_RANKS[0], ""];
  const start = MATRIX_RANKS.findIndex((rank) => rank === rankAfter);
  if (start < 0) throw badInput("after: not a cursor of this list; use an endCursor or cursor that this list returned");
  const conditions = await conditionsOf(reader, filter, instants);
  const times = [instants.asOf ?? reader.clock.now(), instants.knownAt ?? "infinity", instants.asOf ?? "infinity"];
  const rows: MatrixPosition[] = [];
  for (const rank of MATRIX_RANKS.slice(start)) {
    const wanted = page.first + 1 - rows.length;
    if (wanted === 0) break;
    const asked = conditions.of(rank);
    const found = await reader.query<{ entityKey: string }>(
      `matrix${rank}${asked.map(({ name }) => name).join("")}`,
      statementOf(rank, asked),
      [...times, rank === rankAfter ? keyAfter : "", wanted, ...conditions.values],
    );
    rows.push(...found.map(({ entityKey }) => ({ rank, entityKey })));
  }
  return toPage(rows, page.first, ({ rank, entityKey }) => [rank, entityKey]);
}

/** Orphans and conflicts are few, and are found before anything is looked up for each of them; of the rest only as many are read as are wanted. */
function statementOf(rank: MatrixRank, asked: readonly Condition[]): string {
  const [atOnce, onTheWalk] = [false, true].map((walk) => asked.filter((one) => (one.onTheWalk ?? false) === walk).map(({ condition }) => `and ${condition}`).join(" "));
  const ranked = `from entities e where ${IN_USE} and ${RANKS[rank]} and e.key > $4 ${atOnce}`;
  const source = rank === "REST" || onTheWalk === "" ? `${ranked} ${onTheWalk}` : `from (select e.key ${ranked} offset 0) as e where true ${onTheWalk}`;
  return `select e.key as "entityKey" ${source} order by e.key limit $5`;
}

/** What is wrong with the ownership of each entity asked for, in the order asked. An entity never owned is without owner from its registration on. */
export async function findOwnershipFaults(reader: Reader, asked: readonly AssignmentsKey[]): Promise<OwnershipFaults[]> {
  const rows = await reader.query<OwnershipFaults & { place: string }>(
    "findOwnershipFaults",
    `select asked.place, case when not owned then coalesce(last_owned.until, least(e.registered_at, asked.as_of)) end as "ownerlessSince",
       case when count > 1 then keys else '{}' end as writers, begun[2] as "writersSince"
     from ${ASKED} join entities e on e.key = asked.key
     cross join lateral (
       select exists (select from ownership_assignments a where a.entity_key = asked.key and a.role = 'SYSTEM_OF_RECORD' and ${AT_THE_INSTANTS}) as owned
     ) as owner
     cross join lateral (
       select max(a.valid_to) as until from ownership_assignments a
       where a.entity_key = asked.key and a.role = 'SYSTEM_OF_RECORD' and a.valid_from < a.valid_to and a.valid_to <= asked.as_of
         and a.recorded_from <= coalesce(asked.known_at, 'infinity') and (a.recorded_to is null or coalesce(asked.known_at, 'infinity') < a.recorded_to)
     ) as last_owned
     cross join lateral (
       select count(*), array_agg(a.service_key order by a.service_key) as keys, array_agg(a.valid_from order by a.valid_from) as begun
       from ownership_assignments a where a.entity_key = asked.key and a.role = 'WRITER' and ${AT_THE_INSTANTS}
     ) as writer`,
    valuesOf(asked),
  );
  const found: OwnershipFaults[] = asked.map(() => ({ ownerlessSince: null, writers: [], writersSince: null }));
  for (const { place, ...faults } of rows) found[Number(place) - 1] = faults;
  return found;
}
