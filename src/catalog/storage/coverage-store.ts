import type { Tx } from "../../platform/database/sql";
import { COVERAGE, coverageInstants, PROVEN } from "./coverage-queries";

/** Writes the coverage of the company and of every service as it is now under a day, over what stood there. */
export const recordCoverageDay = (tx: Tx, day: string, now: Date): Promise<number> =>
  tx.execute(
    "recordCoverageDay",
    `insert into coverage_days (day, service_key, total, in_scope, g0, g1, g2, g3, g4)
     select $3::date, counted.* from (
       select '' as key, ${COVERAGE} from datasets d ${PROVEN}
       union all
       select s.key, ${COVERAGE} from services s left join datasets d on d.service_key = s.key ${PROVEN} group by s.key
     ) as counted order by counted.key
     on conflict (service_key, day) do update set total = excluded.total, in_scope = excluded.in_scope,
       g0 = excluded.g0, g1 = excluded.g1, g2 = excluded.g2, g3 = excluded.g3, g4 = excluded.g4`,
    [...coverageInstants(now), day],
  );
