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
 * What is recorded of disposals of datasets, by the dataset's number, of those alike only the latest. Each
 * speaks of the numbers that were the dataset when it was recorded: what came under another name ends with a disposal recorded since, so that
 * neither events nor people end custody by what they say of names. What an open run writes was not emptied by TRUNCATED or REBUILT: it goes on.
 */
export async function listDisposals(reader: Reader): Promise<Map<number, Disposed[]>> {
  const rows = await reader.query<{ number: number; kind: DisposalKind; at: Date; covers: number[]; renamedAt: Date | null }>(
    "listDisposals",
    `with spoken as materialized (
       select coalesce(own.merged_into, own.id) as root, d.kind, d.at, d.covers, d.renamed_at
       from disposals d join datasets own on own.id = d.dataset_id
     ), written as materialized (
       select emptied.root from (select distinct root from spoken where kind <> 'DROPPED') as emptied where exists (
         select from (select emptied.root as id union all select other.id from datasets other where other.merged_into = emptied.root) as name
         where exists (select from job_runs r where r.state = 'OPEN' and (r.outputs || r.explicit_outputs || r.column_outputs) @> array[name.id])
       )
     )
     select distinct on (root, kind, covers, renamed_at) root as number, kind, at, covers, renamed_at as "renamedAt"
     from spoken where kind = 'DROPPED' or root not in (select root from written)
     order by root, kind, covers, renamed_at, at desc`,
  );
  const found = new Map<number, Disposed[]>();
  for (const { number, kind, at, covers, renamedAt } of rows) {
    const disposed = { kind, at: at.getTime(), covers: new Set(covers), renamedAt: renamedAt?.getTime() ?? -Infinity };
    if (!found.get(number)?.push(disposed)) found.set(number, [disposed]);
  }
  return found;
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
