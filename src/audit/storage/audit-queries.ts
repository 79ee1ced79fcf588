import { decodeTimeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import type { Reader, Tx } from "../../platform/database/sql";
import { isUuid } from "../../platform/ids";
import type { AuditCriteria, AuditEntry } from "../model";
import { allConditions, commonConditions, isAskedOfCombinations, variantOf } from "./audit-conditions";

const COLUMNS = '(select e.leaf_index::int from audit_entries e where e.id = f.id) as "leafIndex", f.id, f.at, f.action, f.actor, f.object, f.outcome, f.purpose, f.basis';

/** More combinations than this are not looked into one by one: what so many share is not rare, and found on the way through time. */
const MOST_COMBINATIONS = 2_000;

export interface AuditSearch extends PageRequest {
  readonly newestFirst: boolean;
}

/**
 * Has the statements of this transaction planned for the values they are given: a purpose may be in half of the entries or in three, and
 * each wants another way.
 */
export const planEachSearch = (tx: Tx): Promise<number> => tx.execute("planEachSearch", "set local plan_cache_mode = force_custom_plan");

/**
 * One page of the entries that match, by time. Three ways lead to them, whichever is short:
 *
 *     a person is named        its entries, sorted
 *     few combinations match   the newest entry of each says which of them the page can lie in; these are merged
 *     otherwise                through time, or through the index of the rarest criterion, until the page is full
 */
export async function listAuditEntries(reader: Reader, criteria: AuditCriteria, search: AuditSearch): Promise<Page<AuditEntry>> {
  const combinations = criteria.subjects === undefined && isAskedOfCombinations(criteria) ? await findCombinations(reader, criteria) : undefined;
  const values: unknown[] = [];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const after = decodeTimeCursor(search.after);
  const conditions = allConditions(criteria, place);
  if (after !== null) conditions.push(`(f.at, f.id) ${search.newestFirst ? "<" : ">"} (${place(after.at)}, ${place(after.id)}::uuid)`);
  const order = search.newestFirst ? "desc" : "asc";
  const asked = { where: conditions.length > 0 ? `where ${conditions.join(" and ")}` : "", order, limit: place(search.first + 1) };
  const way = criteria.subjects !== undefined ? "Of" : combinations !== undefined ? "Among" : "";
  // The name stays within PostgreSQL's 63 bytes.
  const rows = await reader.query<AuditEntry>(
    `listAuditEntries${way}_${variantOf(criteria)}_${after === null ? "first" : "next"}_${order}`,
    `select ${COLUMNS} from ${from(criteria, combinations, asked, place)} order by f.at ${order}, f.id ${order} limit ${asked.limit}`,
    values,
  );
  return toPage(rows, search.first, (entry) => [entry.at.toISOString(), entry.id]);
}

interface Asked {
  readonly where: string;
  readonly order: string;
  readonly limit: string;
}

/** Rows `f`, at least all those of the page. */
function from({ subjects }: AuditCriteria, combinations: readonly string[] | undefined, { where, order, limit }: Asked, place: (value: unknown) => string): string {
  const sorted = `order by f.at ${order}, f.id ${order}`;
  if (subjects !== undefined) {
    // Offset: each entry of the persons is looked up, nothing is searched for them.
    return `(select distinct s.entry_id from audit_entry_subjects s where s.pid = any(${place(subjects)}::uuid[])) as s
      cross join lateral (select f.* from (select * from audit_entry_facts where id = s.entry_id) as f ${where} offset 0) as f`;
  }
  if (combinations === undefined) return `audit_entry_facts f ${where}`;
  const within = `select f.* from (select * from audit_entry_facts where combination = c.combination) as f ${where} ${sorted}`;
  return `(
      select c.combination from unnest(${place(combinations)}::bigint[]) as c (combination)
      cross join lateral (${within} limit 1) as f ${sorted} limit ${limit}
    ) as c cross join lateral (${within} limit ${limit}) as f`;
}

/** The combinations whose entries match, but for the time; undefined where they are too many. */
async function findCombinations(reader: Reader, criteria: AuditCriteria): Promise<string[] | undefined> {
  const values: unknown[] = [];
  const conditions = commonConditions(criteria, (value) => `$${values.push(value)}`);
  const rows = await reader.query<{ combination: string }>(
    `findCombinations_${variantOf({ ...criteria, from: undefined, to: undefined })}`,
    `select f.combination from audit_combinations f where ${conditions.join(" and ")} limit $${values.push(MOST_COMBINATIONS + 1)}`,
    values,
  );
  return rows.length > MOST_COMBINATIONS ? undefined : [...new Set(rows.map(({ combination }) => combination))];
}

export async function findAuditEntry(reader: Reader, id: string): Promise<AuditEntry | undefined> {
  if (!isUuid(id)) return undefined;
  const [entry] = await reader.query<AuditEntry>("findAuditEntry", `select ${COLUMNS} from audit_entry_facts f where f.id = $1`, [id]);
  return entry;
}
