import { decodeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import type { Reader } from "../../platform/database/sql";
import type { ServiceReporting } from "../reporting-model";

/** One page, by reporter: every service in use and everybody who reported, with what was reported of accesses on days (UTC) from one to another. */
export async function listReporting(reader: Reader, fromDay: string, toDay: string, page: PageRequest): Promise<Page<ServiceReporting>> {
  const rows = await reader.query<ServiceReporting>(
    "listReporting",
    `with reported as materialized (
       select t.reporter, sum(t.allowed)::float8 as allowed, sum(t.denied)::float8 as denied, sum(t.without_purpose)::float8 as without_purpose, max(t.last_at) as last_at
       from access_tallies t where t.day between $1 and $2 group by t.reporter
     ), known as materialized (
       select 'service:' || s.key as reporter, s.key from services s
       where s.retired_at is null or exists (select from reported r where r.reporter = 'service:' || s.key)
     ), asked as materialized (
       select reporter collate "C" as reporter from (select k.reporter from known k union select r.reporter from reported r) as every
       where $3::text is null or reporter collate "C" > $3 order by 1 limit $4
     )
     select a.reporter, k.key as "serviceKey",
       (select count(*)::integer from datasets d where d.service_key = k.key and d.retired_at is null and d.merged_into is null) as datasets,
       coalesce(r.allowed, 0) as allowed, coalesce(r.denied, 0) as denied, coalesce(r.without_purpose, 0) as "withoutPurpose", r.last_at as "lastAt",
       r.reporter is null as silent
     from asked a left join known k on k.reporter = a.reporter left join reported r on r.reporter = a.reporter order by a.reporter`,
    [fromDay, toDay, decodeCursor(page.after, 1)?.[0] ?? null, page.first + 1],
  );
  return toPage(rows, page.first, ({ reporter }) => [reporter]);
}
