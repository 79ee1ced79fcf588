import { datasetUrn } from "../../catalog";
import type { Reader } from "../../platform/database/sql";
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
     where not exists (select from disposals done where done.dataset_id = d.id and done.at >= seen.at)
       and not exists (select from findings f where f.dataset_id = d.id and f.kind = 'PROPOSED_DISPOSAL' and f.resolved_at is null
                       and (f.details ->> 'at')::timestamptz > seen.at)
     order by d.id`,
    [seen.map(({ dataset }) => dataset), seen.map(({ kind }) => kind), seen.map(({ at }) => at.toISOString())],
  );
  return rows.map(({ namespace, name, ...row }) => ({ ...row, id: datasetUrn({ namespace, name }) }));
}
