import { decodeTimeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import type { Reader } from "../../platform/database/sql";
import { isUuid } from "../../platform/ids";
import type { AuditCriteria, AuditEntry } from "../model";

const COLUMNS = '(select e.leaf_index::int from audit_entries e where e.id = f.id) as "leafIndex", f.id, f.at, f.action, f.actor, f.object, f.outcome, f.purpose, f.basis';

/** What each criterion asks of a row; `$` stands for the value's place. */
const OBJECT_IS = "hashtextextended(f.object, 0) = hashtextextended($, 0) and f.object = $";
const CONDITIONS: Record<keyof AuditCriteria, string> = {
  actor: "f.actor = $",
  action: "f.action = $",
  object: OBJECT_IS,
  dataset: OBJECT_IS,
  field: "$ = any(f.fields)",
  subjects: "exists (select from audit_entry_subjects s where s.pid = any($::uuid[]) and s.entry_id = f.id)",
  purpose: "f.purpose = $",
  basis: "f.basis = $",
  outcome: "f.outcome = $",
  from: "f.at >= $",
  to: "f.at < $",
};
const CRITERIA = Object.keys(CONDITIONS) as (keyof AuditCriteria)[];

/** One page of the entries that match, by time. */
export async function listAuditEntries(
  reader: Reader,
  criteria: AuditCriteria,
  page: PageRequest & { readonly newestFirst: boolean },
): Promise<Page<AuditEntry>> {
  const given = CRITERIA.filter((name) => criteria[name] !== undefined);
  const values: unknown[] = given.map((name) => criteria[name]);
  const conditions = given.map((name, index) => CONDITIONS[name].replaceAll("$", () => `$${index + 1}`));
  const after = decodeTimeCursor(page.after);
  if (after !== null) {
    conditions.push(`(f.at, f.id) ${page.newestFirst ? "<" : ">"} ($${values.push(after.at)}, $${values.push(after.id)})`);
  }

  // Only the conditions asked for, so that each combination gets the plan of its own index. The name stays within PostgreSQL's 63 bytes.
  const order = page.newestFirst ? "desc" : "asc";
  const variant = given.map((name) => CRITERIA.indexOf(name).toString(16)).join("");
  const rows = await reader.query<AuditEntry>(
    `listAuditEntries_${variant}_${after === null ? "first" : "next"}_${order}`,
    `select ${COLUMNS} from audit_entry_facts f ${conditions.length > 0 ? `where ${conditions.join(" and ")}` : ""}
     order by f.at ${order}, f.id ${order} limit $${values.push(page.first + 1)}`,
    values,
  );
  return toPage(rows, page.first, (entry) => [entry.at.toISOString(), entry.id]);
}

export async function findAuditEntry(reader: Reader, id: string): Promise<AuditEntry | undefined> {
  if (!isUuid(id)) return undefined;
  const [entry] = await reader.query<AuditEntry>("findAuditEntry", `select ${COLUMNS} from audit_entry_facts f where f.id = $1`, [id]);
  return entry;
}
