import type { Reader } from "../../platform/database/sql";
import type { Disposed } from "../graph/custody-walk";
import type { DisposalKind } from "../model";

/** Datasets that are attested anonymous now, by number, and since when. */
export async function listAttested(reader: Reader): Promise<ReadonlyMap<number, Date>> {
  const rows = await reader.query<{ number: number; at: Date }>(
    "listAttested",
    "select a.dataset_id as number, a.confirmed_at as at from attestations a where a.ended_at is null and a.confirmed_at is not null and a.expires_at > $1",
    [reader.clock.now()],
  );
  return new Map(rows.map(({ number, at }) => [number, at]));
}

/**
 * The latest disposal of each dataset, by its number; those never disposed of are left out. A disposal speaks of the names that the dataset
 * had when it was recorded. While content came under another one that was merged in since, it counts for nothing: merging ends no custody.
 */
export async function findDisposals(reader: Reader, numbers: readonly number[]): Promise<Map<number, Disposed>> {
  const rows = await reader.query<{ number: number; kind: DisposalKind; at: Date }>(
    "findDisposals",
    `with disposed as (
       select distinct coalesce(d.merged_into, d.id) as id from disposals join datasets d on d.id = disposals.dataset_id
       where coalesce(d.merged_into, d.id) = any($1)
     ), named as (
       select root.id as root, name.id as name, coalesce(i.decided_at, '-infinity') as since
       from disposed root
       join datasets name on name.id = root.id or name.merged_into = root.id
       left join dataset_identities i on i.dataset_id = name.id and name.merged_into is not null
     )
     select distinct on (n.root) n.root as number, d.kind, d.at
     from named n join disposals d on d.dataset_id = n.name
     where not exists (
       select from named other
       where other.root = n.root and other.name <> n.name and greatest(other.since, n.since) > d.recorded_at
         and exists (select from custody_flows c where c.to_id = other.name)
     )
     order by n.root, d.at desc, d.recorded_at desc`,
    [numbers],
  );
  return new Map(rows.map(({ number, kind, at }) => [number, { kind, at: at.getTime() }]));
}

/** Numbers of the datasets that are personal or unclassified by their fields, and not attested anonymous now. */
export async function listPersonalDatasets(reader: Reader): Promise<number[]> {
  const rows = await reader.query<{ number: number }>(
    "listPersonalDatasets",
    `select d.id as number from datasets d where d.merged_into is null and d.personal <> 'NOT_PERSONAL'
       and not exists (select from attestations a where a.dataset_id = d.id and a.ended_at is null and a.confirmed_at is not null and a.expires_at > $1)`,
    [reader.clock.now()],
  );
  return rows.map(({ number }) => number);
}
