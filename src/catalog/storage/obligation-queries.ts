import type { Reader } from "../../platform/database/sql";
import type { Obligation } from "../transfer-model";

/** An entity's open obligations, the oldest `first`. */
export interface ObligationsKey {
  readonly entityKey: string;
  readonly first: number;
}

/** The open obligations of each entity asked for, in the order asked, the oldest first. */
export async function findOpenObligations(reader: Reader, asked: readonly ObligationsKey[]): Promise<Obligation[][]> {
  const rows = await reader.query<Obligation & { place: string }>(
    "findOpenObligations",
    `select asked.place, o.* from unnest($1::text[], $2::int[]) with ordinality as asked (entity_key, size, place),
     lateral (
       select id, kind, object, opened_at as since from obligations
       where entity_key = asked.entity_key and closed_at is null order by opened_at, id limit asked.size
     ) o
     order by asked.place, o.since, o.id`,
    [asked.map(({ entityKey }) => entityKey), asked.map(({ first }) => first)],
  );
  const found: Obligation[][] = asked.map(() => []);
  for (const { place, ...obligation } of rows) found[Number(place) - 1]!.push(obligation);
  return found;
}

/** How many obligations are open, by entity; entities without any are left out. */
export async function countOpenObligations(reader: Reader, entityKeys: readonly string[]): Promise<Map<string, number>> {
  const rows = await reader.query<{ entityKey: string; count: number }>(
    "countOpenObligations",
    `select o.entity_key as "entityKey", count(*)::int as count from obligations o
     where o.entity_key = any($1) and o.closed_at is null group by o.entity_key`,
    [entityKeys],
  );
  return new Map(rows.map(({ entityKey, count }) => [entityKey, count]));
}
