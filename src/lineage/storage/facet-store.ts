import type { Tx } from "../../platform/database/sql";
import type { Json } from "../model";
import { instantText } from "./instants";
import { jsonTexts, unpackedTexts } from "./json-texts";

export const FACET_KINDS = ["DATASET", "INPUT", "OUTPUT", "JOB"] as const;

export interface KeptFacet {
  /** Number of a dataset or job. */
  readonly node: number;
  readonly kind: (typeof FACET_KINDS)[number];
  readonly name: string;
  /** As sent, `_deleted` ones too: an older one that comes late must not bring it back. */
  readonly facet: Json;
  readonly at: number;
}

/** Keeps facets, of each name the latest. Writes: kept_facets. */
export const keepFacets = (tx: Tx, facets: readonly KeptFacet[]): Promise<number> =>
  tx.execute(
    "keepFacets",
    `insert into kept_facets as k (node_id, kind, name, facet, event_at)
     select node_id, kind, name, facet::json, event_at from unnest($1::integer[], $2::text[], $3::text[], ${unpackedTexts("$4")}, $5::timestamptz[])
       as given (node_id, kind, name, facet, event_at) order by node_id, kind, name
     on conflict (node_id, kind, name) do update set facet = excluded.facet, event_at = excluded.event_at where excluded.event_at >= k.event_at`,
    [
      facets.map(({ node }) => node), facets.map(({ kind }) => kind), facets.map(({ name }) => name),
      jsonTexts(facets.map(({ facet }) => facet)), facets.map(({ at }) => instantText(at)),
    ],
  );
