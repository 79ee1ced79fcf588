import { datasetUrn } from "../../catalog";
import type { Reader, Tx } from "../../platform/database/sql";
import type { DisposalKind } from "../model";

export interface SeenDisposal {
  /** Number. */
  readonly dataset: number;
  readonly kind: DisposalKind;
  readonly at: Date;
}

/** Those of which no later disposal is recorded or proposed, with the ids of their datasets. */
export async function findProposableDisposals(reader: Reader, seen: readonly SeenDisposal[]): Promise<(SeenDisposal & { readonly id: string })[]> {
  const rows = await reader.query<SeenDisposal & { namespace: string; name: string }>(
    "findProposableDisposals",
    `select d.id as dataset, d.namespace, d.name, seen.kind, seen.at
     from unnest($1::integer[], $2::text[], $3::timestamptz[]) as seen (dataset_id, kind, at) join datasets d on d.id = seen.dataset_id
     where not exists (select from disposals done where done.dataset_id = d.id and d.id = any(done.covers) and done.at >= seen.at)
       and not exists (select from findings f where f.dataset_id = d.id and f.kind = 'PROPOSED_DISPOSAL' and f.resolved_at is null
                       and (f.details ->> 'at')::timestamptz > seen.at)
     order by d.id`,
    [seen.map(({ dataset }) => dataset), seen.map(({ kind }) => kind), seen.map(({ at }) => at.toISOString())],
  );
  return rows.map(({ namespace, name, ...row }) => ({ ...row, id: datasetUrn({ namespace, name }) }));
}

/** What a disposal of a dataset, given by one of its names, speaks of. */
export interface Covered {
  /** The dataset's number. */
  readonly root: number;
  readonly numbers: readonly number[];
  /** The name is a former one, since when; null: it is none. */
  readonly renamedAt: Date | null;
}

/** Of a former name, which may have been used again, what came under it alone; else what came under all names but the former ones. */
export async function findCovered(tx: Tx, number: number): Promise<Covered> {
  const [row] = await tx.query<Covered>(
    "findCovered",
    `select root.id as root, case when i.reason = 'RENAME' then array[named.id] else array(
         select root.id
         union all
         select other.id from datasets other left join dataset_identities o on o.dataset_id = other.id
         where other.merged_into = root.id and o.reason is distinct from 'RENAME' order by 1
       ) end as numbers, case when i.reason = 'RENAME' then i.decided_at end as "renamedAt"
     from datasets named join datasets root on root.id = coalesce(named.merged_into, named.id)
     left join dataset_identities i on i.dataset_id = named.id and named.merged_into is not null
     where named.id = $1`,
    [number],
  );
  return row!;
}

/** Nobody else records disposals of the dataset before the transaction ends. */
export const lockDisposed = (tx: Tx, dataset: number): Promise<number> =>
  tx.execute("lockDisposed", "select from datasets d where d.id = $1 for no key update", [dataset]);

export interface NewDisposal extends SeenDisposal {
  readonly covered: Covered;
  readonly evidence: string | null;
  readonly recordedBy: string;
}

/** Records a disposal, unless the same is recorded of all that it covers; answers whether it was new. Writes: disposals. */
export const insertDisposal = async (tx: Tx, { dataset, covered, kind, at, evidence, recordedBy }: NewDisposal): Promise<boolean> =>
  (await tx.execute(
    "insertDisposal",
    `insert into disposals (id, dataset_id, kind, at, evidence, recorded_by, recorded_at, covers, renamed_at)
     select $1, $2, $3, $4, $5, $6, $7, $8, $9 where not exists (
       select from disposals d where d.dataset_id = $2 and d.kind = $3 and d.at = $4 and d.covers @> $8 and d.renamed_at is not distinct from $9
     )`,
    [tx.ids.uuid(), dataset, kind, at, evidence, recordedBy, tx.now, covered.numbers, covered.renamedAt],
  )) > 0;

/** The instant of the disposal that is proposed for a dataset; undefined: none is. */
export async function findProposedDisposal(reader: Reader, dataset: number): Promise<Date | undefined> {
  const [row] = await reader.query<{ at: Date }>(
    "findProposedDisposal",
    "select (f.details ->> 'at')::timestamptz as at from findings f where f.dataset_id = $1 and f.kind = 'PROPOSED_DISPOSAL' and f.resolved_at is null",
    [dataset],
  );
  return row?.at;
}
