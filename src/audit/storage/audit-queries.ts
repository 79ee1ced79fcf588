import { decodeTimeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import type { Reader } from "../../platform/database/sql";
import { isUuid } from "../../platform/ids";
import type { AuditCriteria, AuditEntry } from "../model";
import { allConditions, commonConditions, isAskedOfCombinations, termsOf, timeConditions, variantOf } from "./audit-conditions";

const COLUMNS = '(select e.leaf_index::int from audit_entries e where e.id = f.id) as "leafIndex", f.id, f.at, f.action, f.actor, f.object, f.outcome, f.purpose, f.basis';

/** More combinations than these are not looked into one by one: what so many share is not rare, and soon found on the way through time. */
const MOST_COMBINATIONS = 500;

/**
 * One page of the entries that match, by time. Three ways lead to them, whichever is short:
 *
 *     a person is named        its entries, sorted
 *     few combinations match   the newest entry of each says which of them the page can lie in; those are merged
 *     otherwise                through time, or through the index of the rarest criterion, until the page is full
 *
 * Within a transaction it has this and what follows planned by indexes and values: see `planByValues`.
 */
export async function listAuditEntries(reader: Reader, criteria: AuditCriteria, page: PageRequest & { readonly newestFirst: boolean }): Promise<Page<AuditEntry>> {
  const after = decodeTimeCursor(page.after);
  await planByValues(reader);
  const combinations = criteria.subjects === undefined && isAskedOfCombinations(criteria) ? await findCombinations(reader, criteria) : undefined;
  await planInOrder(reader);

  const values: unknown[] = [];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const order = page.newestFirst ? "desc" : "asc";
  const cursor = after === null ? [] : [`(f.at, f.id) ${page.newestFirst ? "<" : ">"} (${place(after.at)}, ${place(after.id)}::uuid)`];
  const sorted = `order by f.at ${order}, f.id ${order} limit ${place(page.first + 1)}`;
  const [way, from] = wayTo(criteria, combinations, { cursor, sorted, first: sorted.replace(/\$\d+$/, "1"), place });
  // Only the conditions asked for, so that each combination of criteria gets its own plan. The name stays within PostgreSQL's 63 bytes.
  const rows = await reader.query<AuditEntry>(
    `listAuditEntries_${way}_${variantOf(criteria)}_${after === null ? "first" : "next"}_${order}`,
    `select ${COLUMNS} from ${from} ${sorted}`,
    values,
  );
  return toPage(rows, page.first, (entry) => [entry.at.toISOString(), entry.id]);
}

interface Wanted {
  readonly cursor: readonly string[];
  /** In the page's order, as many as its rows; and the first alone. */
  readonly sorted: string;
  readonly first: string;
  place(value: unknown): string;
}

/** The name of a way, and rows `f` that it leads to: all those of the page, at least. */
function wayTo(criteria: AuditCriteria, combinations: readonly string[] | undefined, { cursor, sorted, first, place }: Wanted): [string, string] {
  if (criteria.subjects !== undefined) {
    const where = whereOf([...allConditions(criteria, place), ...cursor]);
    // Offset: each entry of the persons is looked up, nothing is searched for them.
    return [
      "person",
      `(select distinct s.entry_id from audit_entry_subjects s where s.pid = any(${place(criteria.subjects)}::uuid[])) as s
       cross join lateral (select f.* from (select * from audit_entry_facts where id = s.entry_id) as f ${where} offset 0) as f`,
    ];
  }
  if (combinations === undefined) return ["time", `audit_entry_facts f ${whereOf([...allConditions(criteria, place), ...cursor])}`];

  // "is true": what is left to check, because two combinations may have one hash, is not to be searched by.
  const conditions = [...timeConditions(criteria, place), ...cursor, `(${commonConditions(criteria, place).join(" and ")}) is true`];
  const within = `select f.* from (select * from audit_entry_facts where combination = c.combination) as f ${whereOf(conditions)}`;
  return [
    "combinations",
    `(select c.combination from unnest(${place(combinations)}::bigint[]) as c (combination) cross join lateral (${within} ${first}) as f ${sorted}) as c
     cross join lateral (${within} ${sorted}) as f`,
  ];
}

const whereOf = (conditions: readonly string[]): string => (conditions.length > 0 ? `where ${conditions.join(" and ")}` : "");

/** The combinations whose entries match, but for the time; undefined where they are too many. */
async function findCombinations(reader: Reader, criteria: AuditCriteria): Promise<string[] | undefined> {
  const rows = await reader.query<{ combination: string }>(
    "findCombinations",
    `select c.combination from audit_combinations c
     where c.terms @> array(select hashtextextended(term, 0) from unnest($1::text[]) as term) limit $2`,
    [termsOf(criteria), MOST_COMBINATIONS + 1],
  );
  return rows.length > MOST_COMBINATIONS ? undefined : [...new Set(rows.map(({ combination }) => combination))];
}

/** A purpose may be that of half of the entries or of three: a plan for any purpose is good for neither. */
const planByValues = (reader: Reader): Promise<unknown> => reader.query("planByValues", "select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true)");

/**
 * PostgreSQL takes criteria for independent of each other, so it expects too few rows, and would gather and sort them all: that takes
 * seconds where the first fifty lie ready in an index.
 */
const planInOrder = (reader: Reader): Promise<unknown> =>
  reader.query("planInOrder", "select set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true)");

export async function findAuditEntry(reader: Reader, id: string): Promise<AuditEntry | undefined> {
  if (!isUuid(id)) return undefined;
  const [entry] = await reader.query<AuditEntry>("findAuditEntry", `select ${COLUMNS} from audit_entry_facts f where f.id = $1`, [id]);
  return entry;
}
