import type { Tx } from "../../platform/database/sql";

/** How often a producer's facet was set aside. */
export interface SetAside {
  readonly producer: string;
  readonly facet: string;
  readonly count: number;
  /** JSON path of its first fault, the last time. */
  readonly path: string;
}

/** Adds to the counts, in the order given. Writes: set_aside_facets. */
export const addSetAside = (tx: Tx, counts: readonly SetAside[]): Promise<number> =>
  tx.execute(
    "addSetAside",
    `insert into set_aside_facets (producer, facet, count, last_path, last_at)
     select producer, facet, count, path, $2 from json_to_recordset($1) as row (producer text, facet text, count bigint, path text)
     on conflict (md5(producer), md5(facet)) do update
       set count = set_aside_facets.count + excluded.count, last_path = excluded.last_path, last_at = excluded.last_at`,
    [JSON.stringify(counts), tx.now],
  );

/** The facets of producers that were ever set aside, and how often, the most frequent first. */
export const listSetAside = (tx: Tx, producers: readonly string[]): Promise<{ readonly producer: string; readonly facet: string; readonly count: string }[]> =>
  tx.query(
    "listSetAside",
    `select s.producer, s.facet, s.count from set_aside_facets s
     where md5(s.producer) in (select md5(asked) from unnest($1::text[]) as asked) order by s.producer, s.count desc, s.facet`,
    [producers],
  );
