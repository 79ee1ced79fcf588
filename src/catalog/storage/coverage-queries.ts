import { decodeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import { only, type Reader } from "../../platform/database/sql";
import type { Coverage, CoverageDay, ServiceCoverage } from "../coverage-model";
import { LIVE_FOR_MS } from "../model";

/** Without a service; or personal, unclassified or in custody of such data (DESIGN.md, "Coverage"), and not attested anonymous at $1. */
const IN_SCOPE = "(d.service_key is null or ((d.personal <> 'NOT_PERSONAL' or d.in_custody) and a.id is null))";

/** The rule of `proofGrade`, at $1; $2: since when a proof of liveness counts. */
const GRADE = `case when p.probe_at is not null then 4 when p.live_at >= $2 then 3 when p.verify_at is not null then 2 when p.receipt_at is not null then 1 else 0 end`;

const grade = (number: number): string => `count(d.id) filter (where ${IN_SCOPE} and ${GRADE} = ${number})::integer as g${number}`;

/** A `Coverage` of datasets `d`, to which `PROVEN` is joined. Other names of a dataset are none. */
export const COVERAGE = `count(d.id)::integer as total, count(d.id) filter (where ${IN_SCOPE})::integer as "inScope", ${[0, 1, 2, 3, 4].map(grade).join(", ")}`;
export const PROVEN = `left join dataset_proofs p on p.dataset_id = d.id
  left join attestations a on a.dataset_id = d.id and a.ended_at is null and a.confirmed_at is not null and a.expires_at > $1`;

/** $1 and $2 of every statement that counts coverage. */
export const coverageInstants = (now: Date): [Date, Date] => [now, new Date(now.getTime() - LIVE_FOR_MS)];

/** Of one service, or of the whole company. */
export async function findCoverage(reader: Reader, serviceKey: string | null): Promise<Coverage> {
  const rows = await reader.query<Coverage>(
    serviceKey === null ? "findCoverage" : "findCoverageOfService",
    `select ${COVERAGE} from datasets d ${PROVEN} where d.merged_into is null ${serviceKey === null ? "" : "and d.service_key = $3"}`,
    [...coverageInstants(reader.clock.now()), ...(serviceKey === null ? [] : [serviceKey])],
  );
  return only(rows);
}

/** One page of the services that have datasets, by key; before them the datasets that no service hosts. */
export async function listCoverageByService(reader: Reader, page: PageRequest): Promise<Page<ServiceCoverage>> {
  const rows = await reader.query<Coverage & { key: string }>(
    "listCoverageByService",
    `with asked as materialized (
       select '' as key where $3::text is null and exists (select from datasets d where d.service_key is null and d.merged_into is null)
       union all
       select s.key from services s where s.key > coalesce($3, '') and exists (select from datasets d where d.service_key = s.key and d.merged_into is null)
       order by key limit $4
     )
     select asked.key, ${COVERAGE}
     from asked cross join lateral (
       select d.* from datasets d where d.service_key = asked.key union all select d.* from datasets d where asked.key = '' and d.service_key is null
     ) as d ${PROVEN} where d.merged_into is null
     group by asked.key order by asked.key`,
    [...coverageInstants(reader.clock.now()), decodeCursor(page.after, 1)?.[0] ?? null, page.first + 1],
  );
  const found = rows.map(({ key, ...coverage }): ServiceCoverage => ({ serviceKey: key === "" ? null : key, coverage }));
  return toPage(found, page.first, ({ serviceKey }) => [serviceKey ?? ""]);
}

/** Coverage as it stood at the end of each day from one to another on which it was looked at; of one service, or of the whole company. */
export async function listCoverageDays(reader: Reader, serviceKey: string | null, from: string, to: string): Promise<CoverageDay[]> {
  const rows = await reader.query<Coverage & { day: string }>(
    "listCoverageDays",
    `select to_char(c.day, 'YYYY-MM-DD') as day, c.total, c.in_scope as "inScope", c.g0, c.g1, c.g2, c.g3, c.g4
     from coverage_days c where c.service_key = $1 and c.day between $2 and $3 order by c.day`,
    [serviceKey ?? "", from, to],
  );
  return rows.map(({ day, ...coverage }) => ({ day, coverage }));
}
