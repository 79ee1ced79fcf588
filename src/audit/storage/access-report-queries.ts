import { decodeTimeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import { only, type Reader } from "../../platform/database/sql";
import type { AccessSummary, AccessTotals, Period } from "../report-model";

/** The accesses to data of persons $1 in a period $2, $3; offset: each entry of theirs is looked up, nothing is searched for them. */
const ACCESSES = `access as materialized (
    select f.*, md5(jsonb_build_array(f.actor, f.object, f.purpose, f.basis, f.outcome)::text)::uuid as summary
    from (select distinct s.entry_id from audit_entry_subjects s where s.pid = any($1::uuid[])) as s
    cross join lateral (
      select f.actor, f.object, f.fields, f.purpose, f.basis, f.outcome, f.at from (select * from audit_entry_facts where id = s.entry_id) as f
      where f.action = 'access.data' and f.at >= $2 and f.at < $3 offset 0
    ) as f
  )`;

/** One page of what the accesses are summed up to; the summary whose last access is the newest comes first. */
export async function listAccessSummaries(reader: Reader, pids: readonly string[], { from, to }: Period, page: PageRequest): Promise<Page<AccessSummary>> {
  const after = decodeTimeCursor(page.after);
  const rows = await reader.query<AccessSummary & { id: string }>(
    "listAccessSummaries",
    `with ${ACCESSES}, summed as (
       select a.summary as id, min(a.actor) as actor, min(a.object) as dataset, min(a.purpose) as purpose, min(a.basis) as basis, min(a.outcome) as outcome,
         count(*)::integer as count, min(a.at) as "firstAt", max(a.at) as "lastAt"
       from access a group by a.summary
     ), page as (
       select * from summed where $4::timestamptz is null or ("lastAt", id) < ($4, $5::uuid) order by "lastAt" desc, id desc limit $6
     )
     select p.*, array(select distinct field from access a, unnest(a.fields) as field where a.summary = p.id order by field) as fields
     from page p order by p."lastAt" desc, p.id desc`,
    [pids, from, to, after?.at ?? null, after?.id ?? null, page.first + 1],
  );
  return toPage(rows, page.first, ({ lastAt, id }) => [lastAt.toISOString(), id]);
}

export async function sumAccesses(reader: Reader, pids: readonly string[], { from, to }: Period): Promise<AccessTotals> {
  return only(
    await reader.query<AccessTotals>(
      "sumAccesses",
      `with ${ACCESSES}
       select count(*) filter (where outcome = 'ok')::integer as allowed, count(*) filter (where outcome = 'denied')::integer as denied,
         count(*) filter (where outcome = 'ok' and coalesce(purpose, '') = '')::integer as "withoutPurpose",
         count(*) filter (where outcome = 'ok' and coalesce(basis, '') = '')::integer as "withoutBasis",
         count(distinct actor)::integer as actors, count(distinct object)::integer as datasets
       from access`,
      [pids, from, to],
    ),
  );
}
