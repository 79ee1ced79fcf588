import type { Tx } from "../../platform/database/sql";
import { COVERAGE, coverageInstants, PROVEN } from "./coverage-queries";

/**
 * Says which datasets may hold copies of personal or unclassified data, whatever is declared of themselves: these and no others. Locked in the
 * order of their numbers, as everybody locks datasets. Writes: datasets.
 */
export const markInCustody = (tx: Tx, numbers: readonly number[]): Promise<number> =>
  tx.execute(
    "markInCustody",
    `with held as (select unnest($1::integer[]) as id), turned as (
       select d.id from datasets d where (d.in_custody and d.id not in (select id from held)) or (not d.in_custody and d.id in (select id from held))
       order by d.id for no key update of d
     )
     update datasets d set in_custody = not d.in_custody from turned where d.id = turned.id`,
    [numbers],
  );

/** Writes the coverage of the company and of every service as it is now under a day, over what stood there. */
export const recordCoverageDay = (tx: Tx, day: string, now: Date): Promise<number> =>
  tx.execute(
    "recordCoverageDay",
    `insert into coverage_days (day, service_key, total, in_scope, g0, g1, g2, g3, g4)
     select $3::date, counted.* from (
       select '' as key, ${COVERAGE} from datasets d ${PROVEN} where d.merged_into is null
       union all
       select s.key, ${COVERAGE} from services s left join datasets d on d.service_key = s.key and d.merged_into is null ${PROVEN} group by s.key
     ) as counted order by counted.key
     on conflict (service_key, day) do update set total = excluded.total, in_scope = excluded.in_scope,
       g0 = excluded.g0, g1 = excluded.g1, g2 = excluded.g2, g3 = excluded.g3, g4 = excluded.g4`,
    [...coverageInstants(now), day],
  );
