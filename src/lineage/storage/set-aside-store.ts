import type { Tx } from "../../platform/database/sql";

/** How often a producer's facet was set aside. */
export interface SetAside {
  readonly producer: string;
  readonly facet: string;
  readonly count: number;
  /** JSON path of its first fault, the last time. */
  readonly path: string;
}

/** Adds to the counts, in the order given; answers the producers with a facet that was never set aside before. Writes: set_aside_facets. */
export async function addSetAside(tx: Tx, counts: readonly SetAside[]): Promise<string[]> {
  const rows = await tx.query<{ producer: string; isNew: boolean }>(
    "addSetAside",
    `insert into set_aside_facets (producer, facet, count, last_path, last_at)
     select producer, facet, count, path, $2 from json_to_recordset($1) as row (producer text, facet text, count bigint, path text)
     on conflict (md5(producer), md5(facet)) do update
       set count = set_aside_facets.count + excluded.count, last_path = excluded.last_path, last_at = excluded.last_at
     returning producer, xmax = 0 as "isNew"`,
    [JSON.stringify(counts), tx.now],
  );
  return [...new Set(rows.filter(({ isNew }) => isNew).map(({ producer }) => producer))];
}

/** Names of the facets of a producer that were ever set aside. */
export async function listSetAside(tx: Tx, producer: string, first: number): Promise<string[]> {
  const rows = await tx.query<{ facet: string }>(
    "listSetAside",
    "select facet from set_aside_facets where md5(producer) = md5($1) order by facet limit $2",
    [producer, first],
  );
  return rows.map(({ facet }) => facet);
}
