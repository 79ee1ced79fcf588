import type { Reader } from "../../platform/database/sql";

/** What one reporter said of its accesses to one dataset. */
export interface ReportedUse {
  /** `service:<key>`, or a principal. */
  readonly reporter: string;
  /** Its id as reported. */
  readonly dataset: string;
  /** The last day (YYYY-MM-DD, UTC) with an access of which no purpose was stated, if any. */
  readonly withoutPurposeOn: string | null;
}

/** Who accessed what since a day. */
export const listReportedUses = (reader: Reader, sinceDay: string): Promise<ReportedUse[]> =>
  reader.query(
    "listReportedUses",
    `select t.reporter, t.dataset, to_char(max(t.day) filter (where t.without_purpose > 0), 'YYYY-MM-DD') as "withoutPurposeOn"
     from access_tallies t where t.day >= $1 group by t.reporter, t.dataset order by t.reporter, t.dataset`,
    [sinceDay],
  );

/** A service and the number of a dataset, none of another's names. */
export interface Use {
  readonly serviceKey: string;
  readonly dataset: number;
}

/** The uses, by their places in the list, for which the service neither hosts the dataset nor has a role now towards an entity that it embodies. */
export async function findUsesWithoutRole(reader: Reader, uses: readonly Use[]): Promise<Set<number>> {
  const rows = await reader.query<{ place: number }>(
    "findUsesWithoutRole",
    `select u.place::integer - 1 as place
     from unnest($1::text[], $2::integer[]) with ordinality as u (service_key, dataset, place)
     where not exists (
       select from datasets d
       where (d.id = u.dataset or d.merged_into = u.dataset) and (
         d.service_key = u.service_key or exists (
           select from dataset_entities de join ownership_assignments a on a.entity_key = de.entity_key
           where de.dataset_id = d.id and a.service_key = u.service_key and a.recorded_to is null
             and a.valid_from <= $3 and (a.valid_to is null or $3 < a.valid_to)
         )
       )
     )`,
    [uses.map(({ serviceKey }) => serviceKey), uses.map(({ dataset }) => dataset), reader.clock.now()],
  );
  return new Set(rows.map(({ place }) => place));
}

/** What unresolved findings of these kinds say, by kind and subject. */
export const listUnresolved = <Kind extends string>(reader: Reader, kinds: readonly Kind[]): Promise<{ readonly kind: Kind; readonly subject: string; readonly message: string }[]> =>
  reader.query("listUnresolvedOfKinds", "select f.kind, f.subject, f.message from findings f where f.kind = any($1) and f.resolved_at is null", [kinds]);
